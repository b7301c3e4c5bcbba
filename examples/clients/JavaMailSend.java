// Sends $SMTPSIM_MESSAGE with JavaMail; errors are thrown, with the replies nested in them.
import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.Properties;
import javax.mail.Message;
import javax.mail.Session;
import javax.mail.Transport;
import javax.mail.internet.InternetAddress;
import javax.mail.internet.MimeMessage;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public class JavaMailSend {
    static String env(String name) {
        return System.getenv("SMTPSIM_" + name);
    }

    static SSLContext trusting(String caFile) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (FileInputStream pem = new FileInputStream(caFile)) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    public static void main(String[] arguments) throws Exception {
        String tls = env("TLS");
        boolean login = !env("USER").isEmpty();
        Properties properties = new Properties();
        properties.put("mail.smtp.host", env("HOST"));
        properties.put("mail.smtp.port", env("PORT"));
        properties.put("mail.smtp.localhost", "smtp-client");
        properties.put("mail.smtp.from", env("SENDER"));
        properties.put("mail.smtp.auth", String.valueOf(login));
        // No writetimeout: its threads outlive an error, and then the program does not end.
        for (String which : new String[] {"connectiontimeout", "timeout"}) {
            properties.put("mail.smtp." + which, "3000");
        }
        if (!tls.equals("plain")) {
            properties.put("mail.smtp.ssl.socketFactory", trusting(env("CA")).getSocketFactory());
            properties.put("mail.smtp.ssl.checkserveridentity", "true"); // JavaMail 1.6 leaves it out by default
            properties.put("mail.smtp.socketFactory.fallback", "false"); // no second try with what Java trusts
            properties.put("mail.smtp.ssl.enable", String.valueOf(tls.equals("implicit")));
            properties.put("mail.smtp.starttls.enable", String.valueOf(tls.equals("starttls")));
            properties.put("mail.smtp.starttls.required", String.valueOf(tls.equals("starttls")));
        }
        Session session = Session.getInstance(properties);
        MimeMessage message = new MimeMessage(session, new FileInputStream(env("MESSAGE")));
        Transport transport = session.getTransport("smtp");
        try {
            transport.connect(login ? env("USER") : null, login ? env("PASSWORD") : null);
            transport.sendMessage(message, new InternetAddress[] {new InternetAddress(env("RECIPIENT"))});
        } finally {
            transport.close();
        }
    }
}
