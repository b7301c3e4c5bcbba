# Sends $SMTPSIM_MESSAGE as in the documentation of Ruby's Net::SMTP; errors are raised.
require 'net/smtp'

env = ->(name) { ENV.fetch("SMTPSIM_#{name}") }
tls = env['TLS']
smtp = Net::SMTP.new(env['HOST'], Integer(env['PORT']))
smtp.open_timeout = smtp.read_timeout = 3
trust = OpenSSL::SSL::SSLContext.new
trust.set_params(ca_file: env['CA']) unless tls == 'plain'
smtp.disable_tls
smtp.disable_starttls
smtp.enable_starttls(trust) if tls == 'starttls'
smtp.enable_tls(trust) if tls == 'implicit'
login = env['USER'].empty? ? [] : [env['USER'], env['PASSWORD'], :plain]
smtp.start('smtp-client', *login) do |started|
  started.send_message(File.binread(env['MESSAGE']), env['SENDER'], env['RECIPIENT'])
end
