# A component that both systems name and that differs keeps a system from being switched to while it runs.
use strict;
use warnings;

my ($incoming, $action) = @ARGV;
exit 0 if $action eq 'boot';

sub inhibitors {
    my ($file) = @_;
    open(my $handle, '<', $file) or return {};
    local $/;
    my $text = <$handle>;
    # A flat object of strings: no JSON module is part of Debian's perl-base.
    return { $text =~ /"([^"]+)"\s*:\s*"([^"]*)"/g };
}

print STDERR "Checking switch inhibitors...";
my $old = inhibitors('/run/current-system/switch-inhibitors');
my $new = inhibitors("$incoming/switch-inhibitors");
my @changes = map { "$_ : $old->{$_} -> $new->{$_}" } grep { exists $new->{$_} && $new->{$_} ne $old->{$_} } sort keys %$old;
if (!@changes) {
    print STDERR " done\n";
    exit 0;
}
print STDERR "\nThere are changes to critical components of the system:\n\n", join("\n", @changes), "\n\n",
    "Switching into this system is not recommended.\n",
    "You probably want to run 'nixos-rebuild boot' and reboot your system instead.\n\n",
    "If you really want to switch into this configuration directly, then\n",
    "you can set NIXOS_NO_CHECK=1 to ignore pre-switch checks.\n\n",
    "WARNING: doing so might cause the switch to fail or your system to become unstable.\n\n";
exit 1;
