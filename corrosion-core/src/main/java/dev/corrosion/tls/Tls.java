package dev.corrosion.tls;

import dev.corrosion.ActorId;
import dev.corrosion.transport.identity.CertificateFacts;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes an authority and certificates for nodes, and shows what is in one. Runs from the jars that an application has:
 *
 * <pre>
 *   java -cp app.jar -Dloader.main=dev.corrosion.tls.Tls org.springframework.boot.loader.launch.PropertiesLauncher ca --out ca
 * </pre>
 *
 * It never overwrites a file. Exit codes: 0 done, 1 not done, for the reason on standard error.
 */
public final class Tls {

    private static final int CA_DAYS = 3650;
    private static final int NODE_DAYS = 365;
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9._-]+");

    private static final String USAGE = """
            Makes certificates for the nodes of a cluster.

              ca   --out DIR [--name NAME] [--days N]
                   a new authority: DIR/ca.crt, which all nodes trust, and DIR/ca.key, which no node needs (3650 days)
              node --ca DIR --out DIR [--name NAME] [--actor ID] [--tags A,B] [--days N]
                   what one node needs: node.crt, node.key and a copy of ca.crt (365 days). With the actor id of its
                   database, nobody else can use the certificate to claim to be that node. Tags are for write rules
              show FILE
                   what is in a PEM file of certificates, and what to write into corrosion.security.revoked
            """;

    private final Clock clock;
    private final PrintStream out;
    private final PrintStream err;

    /** Reads the time, and says what it does, there. */
    public Tls(Clock clock, PrintStream out, PrintStream err) {
        this.clock = clock;
        this.out = out;
        this.err = err;
    }

    /** Runs one command. */
    public static void main(String[] arguments) {
        System.exit(new Tls(Clock.systemUTC(), System.out, System.err).run(arguments));
    }

    /** Runs one command and returns its exit code. */
    public int run(String... arguments) {
        if (arguments.length == 0 || arguments[0].equals("help") || arguments[0].equals("--help")) {
            out.print(USAGE);
            return arguments.length == 0 ? 1 : 0;
        }
        List<String> rest = List.of(arguments).subList(1, arguments.length);
        try {
            switch (arguments[0]) {
                case "ca" -> ca(Arguments.parse(rest, Set.of("--out", "--name", "--days")));
                case "node" ->
                    node(Arguments.parse(rest, Set.of("--ca", "--out", "--name", "--actor", "--tags", "--days")));
                case "show" -> show(Arguments.parse(rest, Set.of()));
                default ->
                    throw new UsageException("there is no command " + arguments[0] + "; there are ca, node, show");
            }
            return 0;
        } catch (UsageException e) {
            err.println("tls: " + e.getMessage());
            return 1;
        }
    }

    private void ca(Arguments arguments) {
        arguments.requireNoWords();
        Path directory = arguments.path("--out");
        Duration validity = arguments.days("--days", CA_DAYS);
        PemFiles.requireNone(directory, PemFiles.AUTHORITY, PemFiles.AUTHORITY_KEY);
        Authority authority =
                Authority.create(arguments.find("--name").orElse("Corrosion authority"), clock.instant(), validity);
        PemFiles.write(directory, PemFiles.AUTHORITY_KEY, authority.key());
        PemFiles.write(directory, PemFiles.AUTHORITY, authority.certificate());
        warnOfModes(directory, PemFiles.AUTHORITY_KEY);
        out.println("The authority is in " + directory + ". Whoever has " + PemFiles.AUTHORITY_KEY
                + " can make members: keep it away from the nodes.");
        describe(authority.certificate());
    }

    private void node(Arguments arguments) {
        arguments.requireNoWords();
        Path directory = arguments.path("--out");
        Duration validity = arguments.days("--days", NODE_DAYS);
        ActorId actor = actor(arguments.find("--actor").orElse(null));
        Authority authority = PemFiles.authority(arguments.path("--ca"));
        PemFiles.requireNone(directory, PemFiles.NODE, PemFiles.NODE_KEY, PemFiles.AUTHORITY);
        String name = arguments.find("--name").orElse(actor == null ? "Corrosion node" : actor.toString());
        Authority.Issued issued = authority.issue(name, actor, tags(arguments), clock.instant(), validity);
        PemFiles.write(directory, PemFiles.NODE_KEY, issued.key());
        PemFiles.write(directory, PemFiles.NODE, issued.certificate());
        PemFiles.write(directory, PemFiles.AUTHORITY, authority.certificate());
        warnOfModes(directory, PemFiles.NODE_KEY);
        out.println("What the node needs is in " + directory + ".");
        describe(issued.certificate());
    }

    private static @Nullable ActorId actor(@Nullable String text) {
        try {
            return text == null ? null : ActorId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--actor must be the id of a node, a UUID as its status shows it, not " + text, e);
        }
    }

    private static List<String> tags(Arguments arguments) {
        List<String> tags = arguments
                .find("--tags")
                .map(text -> List.of(text.split(",", -1)))
                .orElse(List.of());
        if (!tags.stream().allMatch(tag -> TAG.matcher(tag).matches())) {
            throw new UsageException(
                    "--tags must be names of letters, digits, '-', '_' and '.', with commas between them");
        }
        return tags;
    }

    private void warnOfModes(Path directory, String key) {
        if (!PemFiles.hasModes(directory)) {
            err.println("tls: this file system has no modes: see to it yourself that nobody else can read "
                    + directory.resolve(key));
        }
    }

    private void show(Arguments arguments) {
        if (arguments.words().size() != 1) {
            throw new UsageException("show needs one file");
        }
        Path file = Path.of(arguments.words().get(0));
        try (InputStream input = new BufferedInputStream(Files.newInputStream(file))) {
            var found = CertificateFactory.getInstance("X.509").generateCertificates(input);
            if (found.isEmpty()) {
                throw new UsageException("there is no certificate in " + file);
            }
            found.forEach(certificate -> describe((X509Certificate) certificate));
        } catch (IOException | CertificateException e) {
            throw new UsageException("there is no certificate to be read in " + file + ": " + e.getMessage(), e);
        }
    }

    private void describe(X509Certificate certificate) {
        out.println("subject      " + certificate.getSubjectX500Principal());
        out.println("issuer       " + certificate.getIssuerX500Principal());
        out.println("serial       " + CertificateFacts.serial(certificate));
        out.println("fingerprint  " + CertificateFacts.fingerprint(certificate));
        out.println("valid        " + certificate.getNotBefore().toInstant() + " to "
                + certificate.getNotAfter().toInstant());
        names(certificate);
        out.println();
    }

    private void names(X509Certificate certificate) {
        try {
            var names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                names.forEach(name -> out.println("name         " + name.get(1)));
            }
        } catch (CertificateParsingException e) {
            throw new UsageException("the names in the certificate cannot be read: " + e.getMessage(), e);
        }
    }
}
