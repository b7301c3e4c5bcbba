# Sends $SMTPSIM_MESSAGE as in the documentation of Perl's Net::SMTP; the script dies at an error.
use strict;
use warnings;
use Authen::SASL;
use Net::SMTP;

my %env = map { $_ => $ENV{"SMTPSIM_$_"} } qw(HOST PORT SENDER RECIPIENT MESSAGE CA USER PASSWORD TLS);
my @trust = (SSL_ca_file => $env{CA}, SSL_verify_mode => 1, SSL_verifycn_scheme => 'smtp');
my $smtp = Net::SMTP->new($env{HOST}, Port => $env{PORT}, Hello => 'smtp-client', Timeout => 3,
    $env{TLS} eq 'implicit' ? (SSL => 1, @trust) : ()) or die "connecting: $@\n";
sub or_die {    # step, and its result
    $_[1] or die sprintf "%s: %03d %s\n", $_[0], $smtp->code || 0, $smtp->message || $@ || $!;
}
open my $file, '<', $env{MESSAGE} or die "$env{MESSAGE}: $!\n";
my @lines = <$file>;

or_die 'STARTTLS', $smtp->starttls(@trust) if $env{TLS} eq 'starttls';
# Left alone, Authen::SASL takes EXTERNAL wherever it is offered.
or_die 'AUTH', $smtp->auth(Authen::SASL->new(
    mechanism => 'PLAIN LOGIN',
    callback => { user => $env{USER}, authname => $env{USER}, pass => $env{PASSWORD} },
)) if $env{USER};
or_die 'MAIL', $smtp->mail($env{SENDER});
or_die 'RCPT', $smtp->to($env{RECIPIENT});
or_die 'DATA', $smtp->data;
or_die 'message', $smtp->datasend(@lines) && $smtp->dataend;
$smtp->quit;
