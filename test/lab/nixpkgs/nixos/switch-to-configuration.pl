# The lab's switch-to-configuration. It keeps the contract of NixOS's own (switch-to-configuration-ng):
# actions, lock, order of steps, texts on stderr, exit statuses. It is written anew for hosts that are
# Debian below, so it uses systemctl where the original speaks to systemd over D-Bus.
use strict;
use warnings;
use Fcntl qw(:flock);
use File::Basename;
use IO::Handle;
use lib dirname(__FILE__);
use Bus;
use Fstab;
use Jobs;
use Units;
use Users;

my ($out, $toplevel, $systemd) = @ENV{qw(OUT TOPLEVEL SYSTEMD)};
my $lists = '/run/nixos';
$ENV{PATH} = '/usr/sbin:/usr/bin:/sbin:/bin';
$ENV{SYSTEMD_COLORS} = 0;
STDERR->autoflush(1);
# It calls itself once for each user, as that user.
exit Users::main() if $ENV{LAB_USER_SWITCH};

my $action = $ARGV[0] // '';
if ($action !~ /^(check|switch|boot|test|dry-activate)$/) {
    print STDERR <<"END";
Usage: switch-to-configuration [check|switch|boot|test|dry-activate]
check:        run pre-switch checks and exit
switch:       make the configuration the boot default and activate now
boot:         make the configuration the boot default
test:         activate the configuration, but don't make it the boot default
dry-activate: show what would be done if this configuration were activated
END
    exit 1;
}
if ($> != 0) {
    print STDERR "Error: switch-to-configuration must be run as the root user\n";
    exit 1;
}
$ENV{NIXOS_ACTION} = $action;
if (!-f '/etc/NIXOS' && Units::slurp('/etc/os-release') !~ /^ID="?\Q$ENV{DISTRO_ID}\E"?$/m) {
    print STDERR "This is not a NixOS installation!\n";
    exit 1;
}

mkdir $lists, 0755;
open(my $lock, '>>', "$lists/switch-to-configuration.lock") or do { my $error = $! + 0; print STDERR "Could not open lock\n"; exit $error };
# The status is the number of the system's error, as in the original: callers have to read the text.
flock($lock, LOCK_EX | LOCK_NB) or do { my $error = $! + 0; print STDERR "Could not acquire lock\n"; exit $error };

if (($ENV{NIXOS_NO_CHECK} // '') ne '1' && system($ENV{PRE_SWITCH_CHECK}, $toplevel, $action) != 0) {
    print STDERR "Pre-switch checks failed\n";
    exit 1;
}
exit 0 if $action eq 'check';

if ($action eq 'switch' || $action eq 'boot') {
    if (system($ENV{INSTALL_BOOTLOADER}, $toplevel) != 0) {
        print STDERR "Failed to install bootloader\n";
        exit 1;
    }
}
system('sync', '-f', '/nix/store') if ($ENV{NIXOS_NO_SYNC} // '') ne '1';
exit 0 if $action eq 'boot';

if (Units::slurp('/run/current-system/init-interface-version') ne Units::slurp("$toplevel/init-interface-version")) {
    print STDERR "Warning: the new NixOS configuration has an \xe2\x80\x98init\xe2\x80\x99 that is\n",
        "incompatible with the current configuration.  The new configuration\nwon't take effect until you reboot the system.\n\n";
    exit 100;
}

$SIG{PIPE} = 'IGNORE';
# An error that nothing is done about ends the original like this.
sub give_up { my ($text, @causes) = @_; print STDERR "Error: $text\n", (@causes ? ("\nCaused by:\n", map { "    $_\n" } @causes) : ()); exit 1 }

my $dry = $action eq 'dry-activate';
my $bus = Bus->connected() or give_up('Failed to open dbus connection', 'Failed to connect to socket /run/dbus/system_bus_socket');
sub need_bus { my ($text) = @_; give_up($text, 'D-Bus error: Connection is closed') unless $bus->is_alive() }

my %todo = map { $_ => Units::read_list("$lists/$_-list") } qw(start restart reload);
$todo{stop} = {};
$todo{skip} = {};
# Units that are only there to start others.
my %hidden;
sub plan {
    my ($list, $unit) = @_;
    if ($list eq 'hidden') { $hidden{$unit} = 1; return }
    $todo{$list}{$unit} = 1;
    Units::record("$lists/$list-list", $unit) unless $dry || $list eq 'stop' || $list eq 'skip';
}
my $before = Units::active();
# Every active target is started again, which starts what was stopped and what is new; they are not shown.
%hidden = map { $_ => 1 } grep { $before->{$_} } qw(basic.target graphical.target local-fs.target multi-user.target paths.target remote-fs.target
    slices.target sockets.target swap.target sysinit.target timers.target);
Units::compare_all($toplevel, $before, \%todo, \&plan);
plan('start', $_) for sort keys %hidden;
my @gone_swaps = Fstab::compare('/etc/fstab', "$toplevel/etc/fstab", \&plan);

my $restart_systemd = (readlink('/run/current-system/systemd') // '') ne $systemd;
sub shown { return sort { lc $a cmp lc $b } grep { !$hidden{$_} } keys %{ $todo{ $_[0] } } }
sub announce {
    my ($text, $list) = @_;
    my @units = shown($list);
    print STDERR "$text the following units: ", join(', ', @units), "\n" if @units;
}
# What the activation script asks for by a file, which is older than triggers.
sub asked_by_activation {
    my ($prefix) = @_;
    my ($restart, $reload) = map { "$lists/${prefix}activation-$_-list" } qw(restart reload);
    return unless -e $restart || -e $reload;
    print STDERR "WARN: restarting or reloading systemd units from the activation script is deprecated and will be removed in NixOS 26.11.\n";
    plan($before->{$_} ? 'restart' : 'start', $_) for sort keys %{ Units::read_list($restart) };
    for my $unit (sort keys %{ Units::read_list($reload) }) { plan('reload', $unit) if $before->{$unit} && !$todo{restart}{$unit} && !$todo{stop}{$unit} }
    unlink $restart, $reload;
}

if ($dry) {
    print STDERR "would stop swap device: $_\n" for @gone_swaps;
    announce('would stop', 'stop');
    my @skipped = shown('skip');
    print STDERR 'would NOT stop the following changed units: ', join(', ', @skipped), "\n" if @skipped;
    print STDERR "would activate the configuration...\n";
    system("$out/dry-activate", $out);
    asked_by_activation('dry-');
    print STDERR "would restart systemd\n" if $restart_systemd;
    announce('would reload', 'reload');
    announce('would restart', 'restart');
    announce('would start', 'start');
    exit 0;
}

sub note { system('logger', '-t', 'nixos', '-p', 'user.info', $_[0]) }
my $exit_code = 0;
my $jobs = Jobs->new();
# While it waits for jobs it hears that the bus is gone.
sub run_jobs { my ($verb, @units) = @_; return unless @units; $jobs->run($verb, @units); need_bus('Failed to process dbus messages while waiting for jobs') }

for my $device (@gone_swaps) {
    print STDERR "stopping swap device: $device\n";
    system('swapoff', $device) == 0 or print STDERR "Failed to stop swapping to $device\n";
}
note("switching to system configuration $toplevel");
announce('stopping', 'stop');
run_jobs('stop', keys %{ $todo{stop} });
my @skipped = shown('skip');
print STDERR 'NOT restarting the following changed units: ', join(', ', @skipped), "\n" if @skipped;

print STDERR "activating the configuration...\n";
my $old_toplevel = readlink('/run/current-system') // '/run/current-system';
if (system("$out/activate", $out) != 0) {
    print STDERR "Failed to run activate script\n";
    $exit_code = 2;
}
asked_by_activation('');
if ($restart_systemd) {
    print STDERR "restarting systemd...\n";
    system('systemctl', 'daemon-reexec');
}
# Forget about previously failed services.
need_bus('Failed to reset failed units');
system('systemctl', 'reset-failed');
system('systemctl', 'daemon-reload') == 0 or give_up('systemd daemon reload failed, timeout after 180s');

my $users = Users::known();
if (!$users) {
    print STDERR "Unable to list users with logind: Did not receive a reply\n";
    exit 11;
}
for my $user (@$users) {
    print STDERR "reloading user units for $user->{name}...\n";
    next if Users::switch(__FILE__, $user, LAB_USER_SWITCH => 1, TOPLEVEL => $toplevel, OLD_TOPLEVEL => $old_toplevel, NIXOS_ACTION => $action) == 0;
    print STDERR "warning: user activation for $user->{name} failed\n";
    $exit_code = 4;
}

print STDERR "restarting sysinit-reactivation.target\n";
run_jobs('restart', 'sysinit-reactivation.target');

for my $unit (sort keys %{ $todo{reload} }) {
    my $state = Units::loaded($unit) // give_up("Failed to get unit $unit", "Unit $unit not loaded.");
    next if $state =~ /^(active|activating)$/;
    # What was stopped with something that it needs is started, not reloaded; what is made of fstab comes by itself.
    delete $todo{reload}{$unit};
    plan('start', $unit) if -e "$toplevel/etc/systemd/system/$unit";
}
for my $step (['reload', 'reloading'], ['restart', 'restarting'], ['start', 'starting']) {
    my ($list, $words) = @$step;
    announce($words, $list);
    run_jobs($list, keys %{ $todo{$list} });
    unlink "$lists/$list-list";
}
$jobs->tell_failed();
$exit_code = $jobs->status() if $jobs->status() != 0;

my $after = Units::settled(90);
my (@failed, @new);
for my $unit (sort { lc $a cmp lc $b } keys %$after) {
    my $is = $after->{$unit};
    if ($is->{state} eq 'failed' || ($is->{substate} eq 'auto-restart' && Units::property($unit, 'ExecMainStatus') ne '0')) {
        push @failed, $unit;
    } elsif (!$before->{$unit} && $unit !~ /\.scope$/) {
        push @new, $unit;
    }
}
print STDERR 'the following new units were started: ', join(', ', @new), "\n" if @new;
if (@failed) {
    print STDERR 'warning: the following units failed: ', join(', ', @failed), "\n";
    system('sh', '-c', 'exec systemctl status --no-pager --full "$@" >&2', 'systemctl', @failed);
    $exit_code = 4;
}
# Only for the lab: an ending that no honest cause brings about.
$exit_code = $ENV{LAB_EXIT_STATUS} if defined $ENV{LAB_EXIT_STATUS};
note($exit_code == 0 ? "finished switching to system configuration $toplevel" : "switching to system configuration $toplevel failed (status $exit_code)");
exit $exit_code;
