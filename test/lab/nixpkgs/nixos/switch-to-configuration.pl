# The lab's switch-to-configuration. It keeps the contract of NixOS's own (switch-to-configuration-ng):
# actions, lock, order of steps, texts on stderr, exit statuses. It is written anew for hosts that are
# Debian below, so it uses systemctl where the original speaks to systemd over D-Bus.
use strict;
use warnings;
use Fcntl qw(:flock);
use File::Basename;
use IO::Handle;
use lib dirname(__FILE__);
use Units;

my ($out, $toplevel, $systemd) = @ENV{qw(OUT TOPLEVEL SYSTEMD)};
my $lists = '/run/nixos';
$ENV{PATH} = '/usr/sbin:/usr/bin:/sbin:/bin';
$ENV{SYSTEMD_COLORS} = 0;
STDERR->autoflush(1);

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
my $dry = $action eq 'dry-activate';
my %todo = map { $_ => Units::read_list("$lists/$_-list") } qw(start restart reload);
$todo{stop} = {};
$todo{skip} = {};
my $before = Units::active();
# Units that are only there to start others are not shown.
my %hidden = map { $_ => 1 } qw(multi-user.target sockets.target timers.target);
Units::compare_all($toplevel, $before, \%todo, sub {
    my ($list, $unit) = @_;
    $todo{$list}{$unit} = 1;
    Units::record("$lists/$list-list", $unit) unless $dry || $list eq 'stop' || $list eq 'skip';
});
# On NixOS the targets are part of the system and are started again at every switch; here they are Debian's.
$todo{start}{$_} = 1 for keys %hidden;

my $restart_systemd = (readlink('/run/current-system/systemd') // '') ne $systemd;
sub shown { return sort { lc $a cmp lc $b } grep { !$hidden{$_} } keys %{ $todo{ $_[0] } } }
sub announce {
    my ($text, $list) = @_;
    my @units = shown($list);
    print STDERR "$text the following units: ", join(', ', @units), "\n" if @units;
}

if ($dry) {
    announce('would stop', 'stop');
    my @skipped = shown('skip');
    print STDERR 'would NOT stop the following changed units: ', join(', ', @skipped), "\n" if @skipped;
    print STDERR "would activate the configuration...\n";
    system("$out/dry-activate", $out);
    print STDERR "would restart systemd\n" if $restart_systemd;
    announce('would reload', 'reload');
    announce('would restart', 'restart');
    announce('would start', 'start');
    exit 0;
}

sub note { system('logger', '-t', 'nixos', '-p', 'user.info', $_[0]) }
my $exit_code = 0;
# Runs one kind of job for many units at once; each that fails is named.
sub jobs {
    my ($verb, @units) = @_;
    return unless @units;
    open(my $answer, '-|', "systemctl --no-ask-password $verb " . join(' ', map { "'$_'" } @units) . ' 2>&1') or return;
    while (my $line = <$answer>) {
        if ($line =~ /^(?:Job for|A dependency job for) (\S+) (?:failed|timed out|canceled)/) {
            print STDERR "Failed to $verb $1\n";
            $exit_code = 4;
        } elsif ($line =~ /^Failed to \w+ \S+: /) {
            print STDERR $line;
            $exit_code = 4 if $verb ne 'stop';
        }
    }
    close($answer);
}

note("switching to system configuration $toplevel");
announce('stopping', 'stop');
jobs('stop', keys %{ $todo{stop} });
my @skipped = shown('skip');
print STDERR 'NOT restarting the following changed units: ', join(', ', @skipped), "\n" if @skipped;

print STDERR "activating the configuration...\n";
if (system("$out/activate", $out) != 0) {
    print STDERR "Failed to run activate script\n";
    $exit_code = 2;
}
if ($restart_systemd) {
    print STDERR "restarting systemd...\n";
    system('systemctl', 'daemon-reexec');
}
# Forget about previously failed services.
system('systemctl', 'reset-failed');
if (system('systemctl', 'daemon-reload') != 0) {
    print STDERR "Error: systemd daemon reload failed\n";
    exit 3;
}
print STDERR "restarting sysinit-reactivation.target\n";
jobs('restart', 'sysinit-reactivation.target');

my $now = Units::active();
for my $unit (keys %{ $todo{reload} }) {
    next if ($now->{$unit}{state} // '') =~ /^(active|activating)$/;
    delete $todo{reload}{$unit};
    $todo{start}{$unit} = 1;
    Units::record("$lists/start-list", $unit);
}
announce('reloading', 'reload');
jobs('reload', keys %{ $todo{reload} });
unlink "$lists/reload-list";
announce('restarting', 'restart');
jobs('restart', keys %{ $todo{restart} });
unlink "$lists/restart-list";
announce('starting', 'start');
jobs('start', keys %{ $todo{start} });
unlink "$lists/start-list";

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
