# A system without a boot loader of its own.
print STDERR "Warning: do not know how to make this configuration bootable; please enable a boot loader.\n";
