/**
 * The disks that a host has, by the names of Linux. What is made of them has any name (device-mapper: LVM, LUKS,
 * multipath; md, bcache, ZFS volumes) and passes the same bytes on again; so do partitions.
 */
export const wholeDisk =
  /^(?:(?:sd|vd|xvd|hd|dasd)[a-z]+|nvme\d+n\d+|mmcblk\d+|pmem\d+|(?:nbd|rbd)\d+)$/;

/** Networks that do not leave the host, or pass on the bytes of others: as in the questions to Prometheus. */
export const otherNetwork =
  /^(?:lo|veth.*|br-.*|docker.*|virbr.*|vnet.*|tap.*|cni.*|flannel.*|podman.*|ifb.*)$/;
