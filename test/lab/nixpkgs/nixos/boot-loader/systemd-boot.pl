# Writes /boot as NixOS's systemd-boot builder does: one entry for each generation of each profile,
# kernels and initial ramdisks copied beside them, and as default the last entry whose toplevel is the given one.
use strict;
use warnings;
use File::Basename;
use File::Copy;

my $default = $ARGV[0] or die "usage: $0 TOPLEVEL\n";
my $boot = '/boot';
my $profiles = '/nix/var/nix/profiles';
my $limit = $ENV{CONFIGURATION_LIMIT} || 20;
my $esp = $ENV{ESP} || $boot;
my ($is_hashed, $tries) = ($ENV{HASHED_NAMES}, $ENV{TRIES});
open(my $id, '<', '/etc/machine-id') or die "no /etc/machine-id: $!\n";
chomp(my $machine_id = <$id>);

sub generations {
    my ($profile) = @_;
    my $folder = defined $profile ? "$profiles/system-profiles" : $profiles;
    my $name = $profile // 'system';
    my @numbers = sort { $a <=> $b } map { m{/\Q$name\E-(\d+)-link$} ? $1 : () } glob("$folder/$name-*-link");
    @numbers = @numbers[-$limit .. -1] if @numbers > $limit;
    return map { { profile => $profile, number => $_, toplevel => readlink("$folder/$name-$_-link"), when => (lstat "$folder/$name-$_-link")[9] } } @numbers;
}

sub slurp { open(my $handle, '<', $_[0]) or return ''; local $/; return scalar <$handle> }

# Written beside and renamed, so that a full /boot never leaves half a file under the real name.
sub put {
    my ($path, $text) = @_;
    open(my $handle, '>', "$path.tmp") or die "cannot write $path: $!\n";
    print $handle $text or die "cannot write $path: $!\n";
    close($handle) or do { my $why = $!; unlink "$path.tmp"; die "cannot write $path: $why\n" };
    rename("$path.tmp", $path) or die "cannot rename $path: $!\n";
}

sub target {
    my ($source) = @_;
    my ($store_name) = $source =~ m{^/nix/store/([^/]+)};
    return "/EFI/nixos/$store_name-" . basename($source) . '.efi';
}

sub place {
    my ($source) = @_;
    my $target = target($source);
    return $target if -e "$boot$target";
    if (!copy($source, "$boot$target.tmp")) {
        my $why = $!;
        unlink "$boot$target.tmp";
        die "OSError: [Errno 28] $why: '$source' -> '$boot$target'\n";
    }
    rename("$boot$target.tmp", "$boot$target");
    return $target;
}

sub resolved { my $path = readlink("$_[0]/$_[1]"); return $path }

sub contents {
    my ($g) = @_;
    my $top = $g->{toplevel};
    my ($day, $month, $year) = (localtime $g->{when})[3, 4, 5];
    my $title = defined $g->{profile} ? "NixOS [$g->{profile}]" : 'NixOS';
    my ($kernel_version) = resolved($top, 'kernel') =~ /-linux-([^\/]+)/;
    return join '',
        "title $title\n",
        "sort-key nixos\n",
        sprintf("version Generation %d NixOS Yarara %s (Linux %s), built on %04d-%02d-%02d\n", $g->{number}, slurp("$top/nixos-version"), $kernel_version, $year + 1900, $month + 1, $day),
        'linux ', target(resolved($top, 'kernel')), "\n",
        'initrd ', target(resolved($top, 'initrd')), "\n",
        "options init=$top/init ", slurp("$top/kernel-params"), "\n",
        "machine-id $machine_id\n";
}

sub hash_of {
    my ($text) = @_;
    my $file = "/run/lab-entry.$$";
    open(my $handle, '>', $file) or die "cannot write $file: $!\n";
    print $handle $text;
    close $handle;
    my ($hash) = `sha256sum $file` =~ /^(\w+)/ or die "no sha256sum\n";
    unlink $file;
    return $hash;
}

# The id of an entry, and its file, which may have a counter.
sub name_entry {
    my ($g) = @_;
    my $id = $is_hashed ? 'nixos-' . hash_of($g->{text}) : join('-', 'nixos', $g->{profile} // (), 'generation', $g->{number});
    my ($there) = grep { m{/\Q$id\E(?:\+\d+(?:-\d+)?)?\.conf$} } glob("$boot/loader/entries/*.conf");
    $g->{id} = "$id.conf";
    $g->{file} = $there // "$boot/loader/entries/$id" . ($is_hashed && $tries ? "+$tries" : '') . '.conf';
}

my @generations = generations(undef);
my %seen;
for my $link (glob("$profiles/system-profiles/*-link")) {
    my ($profile) = basename($link) =~ /^(.*)-\d+-link$/ or next;
    push @generations, generations($profile) unless $seen{$profile}++;
}

mkdir $_ for "$boot/EFI", "$boot/EFI/nixos", "$boot/loader", "$boot/loader/entries", "$esp/loader";
for my $g (@generations) { $g->{text} = contents($g); name_entry($g) }
# First what no generation needs any more: a full /boot can become free by it.
my %kept = map { ($_->{file} => 1) } @generations;
unlink grep { !$kept{$_} } glob("$boot/loader/entries/nixos-*.conf");
my %needed;
for my $g (@generations) {
    for my $file (resolved($g->{toplevel}, 'kernel'), resolved($g->{toplevel}, 'initrd')) {
        my ($store_name) = $file =~ m{^/nix/store/([^/]+)};
        $needed{"$store_name-" . basename($file) . '.efi'} = 1;
    }
}
unlink grep { !$needed{ basename($_) } } glob("$boot/EFI/nixos/*");

# Settings are always on the ESP; those of a time without another partition are left behind.
unlink "$boot/loader/loader.conf" if $esp ne $boot;
for my $g (@generations) {
    place(resolved($g->{toplevel}, $_)) for 'kernel', 'initrd';
    put($g->{file}, $g->{text});
    next unless $g->{toplevel} eq $default;
    my $wish = $is_hashed ? "preferred $g->{id}\ndefault nixos-*" : "default $g->{id}";
    put("$esp/loader/loader.conf", "timeout $ENV{TIMEOUT}\n$wish\neditor 0\nconsole-mode keep\n");
}
