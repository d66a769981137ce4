package Jobs;
# Jobs of systemd, for the system or for one user: which were not taken, and which ended badly.
use strict;
use warnings;

sub new {
    my ($class, %options) = @_;
    return bless { words => $options{words} // '', control => $options{control} // 'systemctl', failed => [], status => 0 }, $class;
}

sub status { $_[0]{status} }

# One kind of job for many units at once. One that systemd does not take is named at once, unless it is a stop.
sub run {
    my ($self, $verb, @units) = @_;
    return unless @units;
    open(my $answer, '-|', "$self->{control} --no-ask-password $verb " . join(' ', map { "'$_'" } sort @units) . ' 2>&1') or return;
    my %asked = map { $_ => 1 } @units;
    my $unnamed = 0;
    while (my $line = <$answer>) {
        if ($line =~ /^(?:Job for|A dependency job for) (\S+) (?:failed|timed out)/) {
            push @{ $self->{failed} }, [$verb, $1] if $asked{$1};
        } elsif ($line =~ /^Job failed\./) {
            # systemctl names only services.
            $unnamed = 1;
        } elsif ($line =~ /^Failed to \w+ (\S+): (.*)$/ && $verb ne 'stop') {
            print STDERR "Failed to $verb $self->{words}$1: $2\n";
            $self->{status} = 4;
        }
    }
    close($answer);
    return unless $unnamed;
    my @others = grep { !/\.service$/ } @units;
    my @bad = @others == 1 ? @others : grep { system("$self->{control} is-failed --quiet '$_'") == 0 } @others;
    push @{ $self->{failed} }, [$verb, $_] for @bad;
}

# What ended badly is named when everything was done.
sub tell_failed {
    my ($self) = @_;
    for my $job (@{ $self->{failed} }) {
        print STDERR "Failed to $job->[0] $self->{words}$job->[1]\n";
        $self->{status} = 4;
    }
    return map { $_->[1] } @{ $self->{failed} };
}

1;
