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

# A unit file as the original reads it: by rust-ini, with quotes, without escapes, with comments inside of lines. Undefined where it cannot.
sub ini {
    my ($text) = @_;
    my (@sections, $key);
    pos($text) = 0;
    $text =~ /\G\s+/gc;
    while (pos($text) < length $text) {
        if ($text =~ /\G[ \t]+/gc) {
            # What is indented is part of the next key, whatever it is; without one it counts for nothing.
            if ($text =~ /\G([^=:]*)(?=[=:])/gc) { $key = $1 } else { pos($text) = length $text }
        } elsif ($text =~ /\G[#;][^\n]*\n?/gc) {
        } elsif ($text =~ /\G\[/gc) {
            $text =~ /\G([^\]]*)\]/gc or return undef;
            push @sections, [ trim($1), [] ];
            $text =~ /\G[#;][^\n]*\n?/gc;
        } elsif ($text =~ /\G[=:]/gc) {
            return undef unless length($key // '');
            my $value = value(\$text);
            return undef unless defined $value;
            push @{ $sections[-1][1] }, [ $key, $value ] if @sections;
            $key = '';
        } else {
            $text =~ /\G([^=:]*)(?=[=:])/gc or return undef;
            $key = $1;
        }
        $key = trim($key // '');
        # Blanks at the beginning of a line stay.
        while ($text =~ /\G\s/gc) { last if substr($text, pos($text) - 1, 1) =~ /[\n\r]/ && $text =~ /\G(?=[ \t])/gc }
    }
    return \@sections;
}
sub trim { return $_[0] =~ s/^\s+|\s+$//gr }

sub value {
    my ($text) = @_;
    my ($value, $first) = ('', 1);
    $$text =~ /\G[^\S\n\r]+/gc;
    while ($$text =~ /\G(["'])/gc) {
        my $quote = $1;
        $$text =~ /\G((?:\\.|[^\\$quote])*)$quote/gcs or return undef;
        $value .= $1 =~ s/\\\n//gr;
        $first = 0;
    }
    my ($rest, $continued) = ('', 0);
    while (pos($$text) < length $$text) {
        if ($$text =~ /\G(?=[\n\r])/gc) { last }
        elsif ($$text =~ /\G([ \t])[#;][^\n]*\n?/gc) { last unless $continued; $rest .= $1 }
        elsif ($continued && $$text =~ /\G[#;][^\n]*\n?/gc) { }
        elsif ($$text =~ /\G\\\n/gc) { $continued = 1 }
        elsif ($$text =~ /\G(\\.|.)/gcs) { $rest .= $1 }
    }
    return $value . ($first ? trim($rest) : $rest =~ s/\s+$//r);
}

# Files of a unit: its base, the drop-ins of that, and those of the instance.
sub files { my ($folder, $unit, $base) = @_; return ("$folder/$base", map { my $name = $_; sort grep { /\.conf$/ } map { "$folder/$name.d/$_" } entries("$folder/$name.d") } $unit eq $base ? $base : ($base, $unit)) }
sub entries { opendir(my $handle, $_[0]) or return; return grep { !/^\./ } readdir $handle }

# Sections to keys to values; an empty value takes back those before it. Undefined where a file cannot be read.
sub parse {
    my ($folder, $unit, $base) = @_ > 1 ? @_ : ($_[0] =~ m{^(.*)/([^/]+)$}, ($_[0] =~ m{([^/]+)$}));
    my %info;
    for my $path (files($folder, $unit, $base)) {
        my $sections = ini(slurp($path)) or return undef;
        for my $section (@$sections) {
            my ($name, $entries) = @$section;
            next if $name eq 'Install';
            $info{$name} //= {};
            for my $entry (@$entries) {
                my ($key, $value) = @$entry;
                if ($value eq '') { $info{$name}{$key} = [] } else { push @{ $info{$name}{$key} }, $value }
            }
        }
    }
    return \%info;
}

sub is_true {
    my ($info, $section, $key, $default) = @_;
    my $values = $info && $info->{$section} && $info->{$section}{$key} or return $default;
    return $default unless @$values;
    return $values->[-1] =~ /^(1|yes|true|on)$/ ? 1 : 0;
}

# 'equal', 'reload' or 'restart'
sub difference {
    my ($old, $new) = @_;
    return 'restart' if (grep { !$old->{$_} } keys %$new) > 1;
    my $result = 'equal';
    for my $section (keys %{ { %$old, %$new } }) {
        my ($was, $is) = map { $_->{$section} } $old, $new;
        my %keys = map { $_ => 1 } keys %{ $was // {} }, keys %{ $is // {} };
        return 'restart' if !($was && $is) && $section ne 'Unit' && !($section eq 'Service' && join(' ', keys %keys) eq 'ExecReload');
        for my $key (keys %keys) {
            my ($before, $after) = map { $_ && $_->{$key} } $was, $is;
            next if $before && $after && join("\0", @$before, '') eq join("\0", @$after, '');
            if ($section eq 'Unit' && $ignored{$key}) { $result = 'reload' if $key eq 'X-Reload-Triggers' && $after }
            elsif ($section eq 'Service' && $key eq 'ExecReload') { $result = 'reload' if $after }
            elsif ($section eq 'Mount' && $key eq 'Options' && $before && $after) { $result = 'reload' }
            else { return 'restart' }
        }
    }
    return $result;
}

sub masked { my ($file) = @_; return !-e $file || (-c _ && 1) }
sub any_present { return scalar grep { !masked($_) } grep { /\.conf$/ } map { "$_[0].d/$_" } entries("$_[0].d") }

# Compares each unit that runs and has a file of the system with the new system's file of it, and calls $plan->(list, unit). Like the
# original it looks for the file and does not ask systemd for it, which has to read all properties of all units for that answer.
# Targets are started, and hidden.
sub compare_all {
    my ($toplevel, $active, $todo, $plan) = @_;
    my $new_folder = "$toplevel/etc/systemd/system";
    for my $unit (sort keys %$active) {
        next unless $active->{$unit}{state} =~ /^(active|activating)$/;
        # An instance has the file of its template. As in the original, one with dots in its name finds none.
        my ($base, $gone) = ($unit, 0);
        if ($unit =~ /^(.*)\@[^.]*\.(.*)$/ && !-e "$current/$unit" && !-e "$new_folder/$unit") {
            $base = "$1\@.$2";
            $gone = any_present("$current/$unit") && !any_present("$new_folder/$unit");
        }
        next unless -e "$current/$base";
        my $old = parse($current, $unit, $base);
        if ($gone || masked("$new_folder/$base")) {
            $plan->('stop', $unit) if is_true($old, 'Unit', 'X-StopOnRemoval', 1);
            next;
        }
        my $new = parse($new_folder, $unit, $base);
        if ($unit =~ /\.target$/) {
            if ($unit !~ /^(suspend|hibernate|hybrid-sleep)\./ && !is_true($new, 'Unit', 'RefuseManualStart', 0) && !is_true($new, 'Unit', 'X-OnlyManualStart', 0)) {
                $plan->('start', $unit);
                $plan->('hidden', $unit);
            }
            $plan->('stop', $unit) if is_true($new, 'Unit', 'X-StopOnReconfiguration', 0);
            next;
        }
        # What cannot be compared is restarted.
        if (!$new) { $plan->('restart', $unit); next }
        my $kind = $old ? difference($old, $new) : 'restart';
        if ($kind eq 'reload') { $plan->('reload', $unit) unless $todo->{restart}{$unit} }
        elsif ($kind eq 'restart') { changed($toplevel, $unit, $base, $new, $active, $todo, $plan) }
    }
}

sub changed {
    my ($toplevel, $unit, $base, $new, $active, $todo, $plan) = @_;
    return if $unit =~ /^(sysinit|basic|multi-user|graphical)\.target$|\.(path|slice|socket)$/;
    if ($unit =~ /\.mount$/) { $plan->($unit =~ /^(-|nix)\.mount$/ ? 'reload' : 'restart', $unit); return }
    if (is_true($new, 'Service', 'X-ReloadIfChanged', 0) && !$todo->{restart}{$unit} && !$todo->{stop}{$unit}) { $plan->('reload', $unit); return }
    if (!is_true($new, 'Service', 'X-RestartIfChanged', 1) || is_true($new, 'Unit', 'RefuseManualStop', 0) || is_true($new, 'Unit', 'X-OnlyManualStart', 0)) {
        $plan->('skip', $unit);
        return;
    }
    if (!is_true($new, 'Service', 'X-StopIfChanged', 1) || $unit !~ /\.service$/) { $plan->('restart', $unit); return }
    # A service that sockets start is stopped with them, and only they are started again.
    my $by_socket = 0;
    my @sockets = split ' ', join ' ', @{ $new->{Service}{Sockets} // [] };
    @sockets = $base =~ s/\@?\.[a-z]*$/.socket/r unless @sockets;
    for my $socket (@sockets) {
        my $stays = -e "$toplevel/etc/systemd/system/$socket";
        if ($active->{$socket}) {
            $plan->('stop', $socket);
            $plan->('start', $socket) if $stays;
        }
        $by_socket = 1 if $stays;
    }
    $by_socket = 0 if is_true($new, 'Service', 'X-NotSocketActivated', 0);
    $plan->('start', $unit) unless $by_socket;
    $plan->('stop', $unit);
}

1;
