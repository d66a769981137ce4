# GET /api/health (open) and GET /api/datasources (basic authentication, admin:lab).
# LAB_GRAFANA, or the file /run/lab-grafana that overrules it: "unhealthy" or "hangs".
use strict;
use warnings;
use IO::Socket::INET;

my ($port, $version) = @ARGV;
my $server = IO::Socket::INET->new(LocalPort => $port, Listen => 16, ReuseAddr => 1) or die "cannot listen on $port: $!\n";
$SIG{CHLD} = 'IGNORE';

sub mode {
    if (open(my $handle, '<', '/run/lab-grafana')) { my $line = <$handle> // ''; chomp $line; return $line }
    return $ENV{LAB_GRAFANA} // 'ok';
}

sub answer {
    my ($client, $status, $body) = @_;
    my $more = $status =~ /^401/ ? "WWW-Authenticate: Basic realm=\"Grafana\"\r\n" : '';
    print $client "HTTP/1.1 $status\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: ", length($body), "\r\n${more}Connection: close\r\n\r\n$body";
}

while (my $client = $server->accept) {
    next if fork;
    my $request = <$client> // '';
    my $authorised = 0;
    while (my $line = <$client>) {
        $line =~ s/\r?\n$//;
        last if $line eq '';
        $authorised = 1 if $line =~ /^Authorization: Basic YWRtaW46bGFi$/i;
    }
    my $mode = mode();
    sleep 3600 if $mode eq 'hangs';
    if ($request =~ m{^GET /api/health }) {
        my $database = $mode eq 'unhealthy' ? 'failing' : 'ok';
        answer($client, $mode eq 'unhealthy' ? '503 Service Unavailable' : '200 OK', qq({"commit":"03f502a94d17f7dc4e6c34acdf8428aedd986e4c","database":"$database","version":"$version"}));
    } elsif ($request =~ m{^GET /api/datasources }) {
        if (!$authorised) { answer($client, '401 Unauthorized', '{"message":"Unauthorized","messageId":"Unauthenticated","statusCode":401,"traceID":""}') }
        else { answer($client, '200 OK', '[{"id":1,"uid":"PBFA97CFB590B2093","orgId":1,"name":"Prometheus","type":"prometheus","typeName":"Prometheus","typeLogoUrl":"public/app/plugins/datasource/prometheus/img/prometheus_logo.svg","access":"proxy","url":"http://localhost:9090","user":"","database":"","basicAuth":false,"isDefault":true,"jsonData":{"httpMethod":"POST"},"readOnly":false}]') }
    } elsif ($request =~ m{^GET /api/datasources/uid/PBFA97CFB590B2093/health }) {
        if (!$authorised) { answer($client, '401 Unauthorized', '{"message":"Unauthorized"}') }
        elsif (IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => 9090, Timeout => 2)) { answer($client, '200 OK', '{"message":"Successfully queried the Prometheus API.","status":"OK"}') }
        else { answer($client, '400 Bad Request', '{"message":"Post \\"http://localhost:9090/api/v1/query\\": dial tcp 127.0.0.1:9090: connect: connection refused - There was an error returned querying the Prometheus API.","status":"ERROR"}') }
    } else {
        answer($client, '404 Not Found', '{"message":"Not found","traceID":""}');
    }
    exit 0;
}
