;;; Sends $SMTPSIM_MESSAGE with smtpmail; errors are smtpmail's errors.  -*- lexical-binding: t -*-
(require 'smtpmail)
(require 'gnutls)
(require 'nsm)
(let ((tls (getenv "SMTPSIM_TLS")))
  (setq smtpmail-smtp-server (getenv "SMTPSIM_HOST")
        smtpmail-smtp-service (string-to-number (getenv "SMTPSIM_PORT"))
        smtpmail-local-domain "smtp-client"
        smtpmail-stream-type (cdr (assoc tls '(("plain" . plain) ("starttls" . starttls) ("implicit" . ssl))))
        smtpmail-smtp-user (and (not (string= (getenv "SMTPSIM_USER") "")) (getenv "SMTPSIM_USER"))
        user-mail-address (getenv "SMTPSIM_SENDER")
        mail-envelope-from (getenv "SMTPSIM_SENDER")
        auth-sources (list (expand-file-name "authinfo" (getenv "SMTPSIM_DIR")))
        gnutls-trustfiles (list (getenv "SMTPSIM_CA"))
        gnutls-verify-error t
        nsm-settings-file (expand-file-name "network-security" (getenv "SMTPSIM_DIR"))))
(with-temp-buffer
  (insert-file-contents-literally (getenv "SMTPSIM_MESSAGE"))
  (let ((problem (smtpmail-via-smtp (list (getenv "SMTPSIM_RECIPIENT")) (current-buffer))))
    (when problem
      (message "Sending failed: %s" problem)
      (kill-emacs 1))))
