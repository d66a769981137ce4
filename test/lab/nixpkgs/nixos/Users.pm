package Users;
# The units of users: after the system's own were loaded anew, each user's manager is taken to the new files by a process of that user.
use strict;
use warnings;
use Jobs;
use Units;

my $folder = 'etc/systemd/user';

# Name, id and manager's folder of everybody whom logind knows; undef where it does not answer.
sub known {
    open(my $answer, '-|', 'timeout 25 loginctl list-users --no-legend --no-pager 2>&1') or return undef;
    my @users;
    while (my $line = <$answer>) {
        push @users, { id => $1, name => $2, runtime => "/run/user/$1" } if $line =~ /^\s*(\d+)\s+(\S+)/;
    }
    return close($answer) ? \@users : undef;
}

# Switches the units of one user, as that user; 0 when all is well.
sub switch {
    my ($program, $user, %environment) = @_;
    my @words = map { "$_=$environment{$_}" } sort keys %environment;
    my $group = (getpwuid($user->{id}))[3] // $user->{id};
    return system('setpriv', "--reuid=$user->{id}", "--regid=$group", '--clear-groups',
        'env', '-i', "PATH=$ENV{PATH}", "XDG_RUNTIME_DIR=$user->{runtime}", @words, $^X, $program);
}

sub announce {
    my ($verb, $units) = @_;
    my @names = sort { lc $a cmp lc $b } keys %$units;
    print STDERR "$verb the following user units: ", join(', ', @names), "\n" if @names;
}

sub asked { my ($command) = @_; return scalar(`$command`) // '' }

# What runs from a file of the system: unit to its state.
sub running {
    my $units = asked('systemctl --user list-units --plain --no-legend --no-pager --full --state=active,activating,reloading');
    my @names = map { (split ' ')[0] } grep { /\S/ } split /\n/, $units;
    return () unless @names;
    my $shown = asked("systemctl --user show -p Id,FragmentPath -- @names");
    my %path = map { my ($id) = /^Id=(.*)$/m; my ($path) = /^FragmentPath=(.*)$/m; defined $id ? ($id => $path // '') : () } split /\n\n/, $shown;
    return grep { $path{$_} =~ m{^/etc/systemd/user/} } keys %path;
}

# In the process of the user.
sub main {
    my ($old, $new) = map { "$ENV{$_}/$folder" } qw(OLD_TOPLEVEL TOPLEVEL);
    my $lists = "$ENV{XDG_RUNTIME_DIR}/nixos";
    if (system('systemctl --user show --property=Version > /dev/null 2>&1') != 0) {
        print STDERR "Error: Failed to open dbus connection\n";
        return 1;
    }
    mkdir $lists, 0700;
    my %todo = map { $_ => Units::read_list("$lists/$_-list") } qw(start restart reload);
    $todo{stop} = {};
    $todo{skip} = {};
    for my $unit (running()) {
        my $file = -e "$old/$unit" ? $unit : $unit =~ s/^(.*\@).*(\.\w+)$/$1$2/r;
        next if $unit eq 'nixos-activation.service' || !-e "$old/$file" || $unit =~ /\.target$/;
        my $was = Units::parse("$old/$file");
        if (!-e "$new/$file") { $todo{stop}{$unit} = 1 if Units::is_true($was, 'Unit', 'X-StopOnRemoval', 1); next }
        my $is = Units::parse("$new/$file");
        my $kind = Units::difference($was, $is);
        next if $kind eq 'equal';
        my @lists = $kind eq 'reload' || Units::is_true($is, 'Service', 'X-ReloadIfChanged', 0) ? ('reload')
            : !Units::is_true($is, 'Service', 'X-RestartIfChanged', 1) || Units::is_true($is, 'Unit', 'RefuseManualStop', 0) ? ('skip')
            : $unit =~ /\.service$/ && Units::is_true($is, 'Service', 'X-StopIfChanged', 1) ? ('stop', 'start') : ('restart');
        for my $list (@lists) {
            $todo{$list}{$unit} = 1;
            Units::record("$lists/$list-list", $unit) if $list =~ /start|reload/;
        }
    }
    my $jobs = Jobs->new(control => 'systemctl --user', words => 'user unit ');
    announce('stopping', $todo{stop});
    $jobs->run('stop', keys %{ $todo{stop} });
    announce('NOT restarting', $todo{skip});
    system('systemctl', '--user', $_) for qw(daemon-reexec reset-failed daemon-reload);
    for my $step (['reload', 'reloading'], ['restart', 'restarting'], ['start', 'starting']) {
        my ($list, $words) = @$step;
        announce($words, $todo{$list});
        $jobs->run($list, keys %{ $todo{$list} });
        unlink "$lists/$list-list";
    }
    if (-e "$new/nixos-activation.service") {
        print STDERR "restarting the following user units: nixos-activation.service\n";
        # As in the original: how it ended is not looked at.
        system('systemctl --user restart nixos-activation.service > /dev/null 2>&1');
    }
    my @failed = sort { lc $a cmp lc $b } $jobs->tell_failed();
    print STDERR 'warning: the following user units failed: ', join(', ', @failed), "\nSee `systemctl --user status @failed` for details.\n" if @failed;
    return $jobs->status();
}

1;
