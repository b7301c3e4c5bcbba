<?php
// Sends a mail with PHPMailer, which writes the headers itself; errors are thrown.
require '/usr/share/php/libphp-phpmailer/autoload.php';

$env = fn (string $name): string => getenv("SMTPSIM_$name");
$mail = new PHPMailer\PHPMailer\PHPMailer(true);
$mail->isSMTP();
$mail->Host = $env('HOST');
$mail->Port = (int) $env('PORT');
$mail->Helo = 'smtp-client';
$mail->Timeout = 3;
$mail->getSMTPInstance()->Timelimit = 3; // time limit for a reply; the default is 300 s
$mail->SMTPAutoTLS = false;
$mail->SMTPSecure = ['plain' => '', 'starttls' => 'tls', 'implicit' => 'ssl'][$env('TLS')];
$mail->SMTPOptions = ['ssl' => ['cafile' => $env('CA')]];
if ($env('USER') !== '') {
    $mail->SMTPAuth = true;
    $mail->Username = $env('USER');
    $mail->Password = $env('PASSWORD');
}
$mail->setFrom($env('SENDER'));
$mail->addAddress($env('RECIPIENT'));
$mail->Subject = 'smtpsim';
$mail->Body = file_get_contents($env('MESSAGE'));
try {
    $mail->send();
} catch (PHPMailer\PHPMailer\Exception $error) {
    // The message does not tell the code; the last error of the connection does, but for a refused recipient.
    $last = $mail->getSMTPInstance()->getError();
    fprintf(STDERR, "%s\nlast error: %s %s\n", $error->getMessage(), $last['smtp_code'], $last['error']);
    exit(1);
}
