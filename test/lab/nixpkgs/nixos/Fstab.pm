package Fstab;
# What a difference of two fstab files does to mounts and swap devices.
use strict;
use warnings;
use Units;

sub parse {
    my ($file) = @_;
    my (%filesystems, %swaps);
    for my $line (split /\n/, Units::slurp($file)) {
        # As the original does: a line with this sign anywhere is none.
        next if $line =~ /#/;
        my ($device, $mountpoint, $type, $options) = split ' ', $line;
        next unless defined $type;
        if ($type eq 'swap') { $swaps{$device} = 1 }
        else { $filesystems{$mountpoint} = { device => $device, type => $type, options => $options // '' } }
    }
    return (\%filesystems, \%swaps);
}

sub unit_of { my ($mountpoint, $kind) = @_; my $name = `systemd-escape --path -- '$mountpoint'`; chomp $name; return "$name.$kind" }

# Calls $plan->(list, unit), and answers the swap devices that are turned off.
sub compare {
    my ($current, $new, $plan) = @_;
    my ($filesystems, $swaps) = parse($current);
    my ($new_filesystems, $new_swaps) = parse($new);
    for my $mountpoint (sort keys %$filesystems) {
        my $was = $filesystems->{$mountpoint};
        my $is = $new_filesystems->{$mountpoint};
        if (!$is) {
            # The automount takes its mount along.
            $plan->('stop', unit_of($mountpoint, $was->{options} =~ /x-systemd\.automount/ ? 'automount' : 'mount'));
        } elsif ($was->{type} ne $is->{type} || $was->{device} ne $is->{device}) {
            my $unit = unit_of($mountpoint, 'mount');
            if ($mountpoint ne '/' && $mountpoint ne '/nix') { $plan->('restart', $unit) }
            elsif ($was->{options} ne $is->{options}) { $plan->('reload', $unit) }
            else { $plan->('skip', $unit) }
        } elsif ($was->{options} ne $is->{options}) {
            $plan->('reload', unit_of($mountpoint, 'mount'));
        }
    }
    return sort grep { !$new_swaps->{$_} } keys %$swaps;
}

1;
