package Units;
# What systemd runs now, and what two systems' unit files say about it.
use strict;
use warnings;

my $current = '/etc/systemd/system';
# A difference in these alone changes nothing about a running unit.
my %ignored = map { $_ => 1 } qw(X-Reload-Triggers Description Documentation OnFailure OnSuccess OnFailureJobMode IgnoreOnIsolate StopWhenUnneeded
    RefuseManualStart RefuseManualStop AllowIsolate CollectMode SourcePath);

sub slurp { open(my $handle, '<', $_[0]) or return ''; local $/; return scalar(<$handle>) // '' }
sub read_list { return { map { $_ => 1 } grep { length } split /\n/, slurp($_[0]) } }
sub record { open(my $handle, '>>', $_[0]) or return; print $handle "$_[1]\n" }

sub active {
    my %units;
    for my $line (split /\n/, `systemctl list-units --all --plain --no-legend --no-pager --full`) {
        my ($unit, $load, $state, $substate) = split ' ', $line;
        $units{$unit} = { state => $state, substate => $substate } if defined $substate && $state ne 'inactive';
    }
    return \%units;
}

sub property { my ($unit, $name) = @_; my $value = `systemctl show --value -p $name '$unit'`; chomp $value; return $value }

# The state of a unit that systemd has in memory; nothing where it has not.
sub loaded {
    my ($wanted) = @_;
    my ($line) = grep { (split ' ')[0] eq $wanted } grep { /\S/ } split /\n/, `systemctl list-units --all --plain --no-legend --no-pager --full '$wanted'`;
    return defined $line ? (split ' ', $line)[2] : undef;
}

sub fragments {
    open(my $answer, '-|', 'systemctl', 'show', '-p', 'Id,FragmentPath', '--', @_) or return {};
    local $/ = '';
    return { map { my ($id) = /^Id=(.*)$/m; my ($path) = /^FragmentPath=(.*)$/m; defined $id ? ($id => $path // '') : () } <$answer> };
}

# Waits until nothing has changed for a quarter of a second.
sub settled {
    my ($limit) = @_;
    my $end = time + $limit;
    my $last = '';
    while (1) {
        my $units = active();
        my $seen = join ' ', map { "$_=$units->{$_}{state}/$units->{$_}{substate}" } sort keys %$units;
        return $units if $seen eq $last || time >= $end;
        $last = $seen;
        select(undef, undef, undef, 0.25);
    }
}

sub parse {
    my ($file) = @_;
    my (%info, $section);
    for my $path ($file, sort glob("$file.d/*.conf")) {
        for my $line (split /\n/, slurp($path)) {
            if ($line =~ /^\[(.+)\]\s*$/) { $section = $1 }
            elsif ($line =~ /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/ && defined $section) { push @{ $info{$section}{$1} }, $2 }
        }
    }
    return \%info;
}

sub is_true {
    my ($info, $section, $key, $default) = @_;
    my $values = $info->{$section}{$key} or return $default;
    return $values->[-1] =~ /^(1|yes|true|on)$/i ? 1 : 0;
}

# 'equal', 'reload' or 'restart'
sub difference {
    my ($old, $new) = @_;
    my $result = 'equal';
    my %sections = map { $_ => 1 } keys %$old, keys %$new;
    delete $sections{Install};
    for my $section (keys %sections) {
        my %keys = map { $_ => 1 } keys %{ $old->{$section} // {} }, keys %{ $new->{$section} // {} };
        for my $key (keys %keys) {
            my ($was, $is) = map { $_->{$section}{$key} } $old, $new;
            next if join("\0", @{ $was // [] }) eq join("\0", @{ $is // [] }) && defined $was == defined $is;
            if ($section eq 'Unit' && $ignored{$key}) {
                $result = 'reload' if $key eq 'X-Reload-Triggers' && defined $is;
            } elsif (($section eq 'Service' && $key eq 'ExecReload') || ($section eq 'Mount' && $key eq 'Options')) {
                $result = 'reload' if defined $is;
            } else {
                return 'restart';
            }
        }
    }
    return $result;
}

# Compares each unit that runs with the new system's file of it, and calls $plan->(list, unit).
sub compare_all {
    my ($toplevel, $active, $todo, $plan) = @_;
    my $path = fragments(keys %$active);
    for my $unit (sort keys %$active) {
        next unless ($path->{$unit} // '') =~ m{^\Q$current\E/} && $active->{$unit}{state} =~ /^(active|activating)$/;
        # An instance has the file of its template.
        my $file = -e "$current/$unit" ? $unit : $unit =~ s/^(.*\@).*(\.\w+)$/$1$2/r;
        my $old = parse("$current/$file");
        if (!-e "$toplevel/etc/systemd/system/$file") {
            $plan->('stop', $unit) if is_true($old, 'Unit', 'X-StopOnRemoval', 1);
            next;
        }
        my $new = parse("$toplevel/etc/systemd/system/$file");
        my $kind = difference($old, $new);
        if ($kind eq 'reload') { $plan->('reload', $unit) unless $todo->{restart}{$unit} }
        elsif ($kind eq 'restart') { changed($toplevel, $unit, $new, $active, $plan) }
    }
}

sub changed {
    my ($toplevel, $unit, $new, $active, $plan) = @_;
    return if $unit =~ /\.(target|path|slice|socket)$/;
    if (is_true($new, 'Service', 'X-ReloadIfChanged', 0)) { $plan->('reload', $unit); return }
    if (!is_true($new, 'Service', 'X-RestartIfChanged', 1) || is_true($new, 'Unit', 'RefuseManualStop', 0) || is_true($new, 'Unit', 'X-OnlyManualStart', 0)) {
        $plan->('skip', $unit);
        return;
    }
    if (!is_true($new, 'Service', 'X-StopIfChanged', 1) || $unit !~ /\.service$/) { $plan->('restart', $unit); return }
    # A service that a socket starts is stopped with its socket, and only the socket is started again.
    my $socket = $unit =~ s/\@?\.service$/.socket/r;
    my $by_socket = 0;
    if (-e "$toplevel/etc/systemd/system/$socket" && !is_true($new, 'Service', 'X-NotSocketActivated', 0)) {
        $by_socket = 1;
        if ($active->{$socket}) { $plan->('stop', $socket); $plan->('start', $socket) }
    }
    $plan->('start', $unit) unless $by_socket;
    $plan->('stop', $unit);
}

1;
