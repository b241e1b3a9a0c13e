package dev.corrosion.transport.identity;

import dev.corrosion.ActorId;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * How a certificate names an actor: as a URI among its subject alternative names, {@code urn:corrosion:actor:uuid}. Tags are
 * others, {@code urn:corrosion:tag:name}.
 */
public final class ActorUri {

    private static final String PREFIX = "urn:corrosion:actor:";

    private static final String TAG_PREFIX = "urn:corrosion:tag:";

    /** The tag of a URI in {@link X509Certificate#getSubjectAlternativeNames()}. */
    private static final Integer URI = 6;

    private ActorUri() {}

    /** The name of an actor. */
    public static String of(ActorId actorId) {
        return PREFIX + actorId;
    }

    /** The name of a tag. */
    public static String ofTag(String tag) {
        return TAG_PREFIX + tag;
    }

    /**
     * The actor that a certificate was issued to, if it names one.
     *
     * @throws CertificateException if it names several or a malformed one
     */
    public static Optional<ActorId> find(X509Certificate certificate) throws CertificateException {
        List<String> uris = uris(certificate, PREFIX);
        if (uris.size() > 1) {
            throw wrongCount("several actors");
        }
        return uris.isEmpty() ? Optional.empty() : Optional.of(parse(uris.get(0)));
    }

    /**
     * The actor that a certificate was issued to.
     *
     * @throws CertificateException if it names none, several or a malformed one
     */
    static ActorId read(X509Certificate certificate) throws CertificateException {
        return find(certificate).orElseThrow(() -> wrongCount("no actor"));
    }

    /** What the authority calls the node, besides. */
    public static Set<String> tags(X509Certificate certificate) throws CertificateException {
        return Set.copyOf(new HashSet<>(uris(certificate, TAG_PREFIX)));
    }

    /** What follows the prefix in those that begin with it. */
    private static List<String> uris(X509Certificate certificate, String prefix) throws CertificateException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return names == null
                ? List.of()
                : names.stream()
                        .filter(name -> URI.equals(name.get(0)))
                        .map(name -> (String) name.get(1))
                        .filter(uri -> uri.startsWith(prefix))
                        .map(uri -> uri.substring(prefix.length()))
                        .toList();
    }

    private static CertificateException wrongCount(String what) {
        return new CertificateException("its certificate names " + what + ": one URI " + PREFIX
                + "<uuid> must be among the subject alternative names");
    }

    private static ActorId parse(String uuid) throws CertificateException {
        CertificateException malformed =
                new CertificateException("its certificate names an actor that is not a UUID: '" + uuid + "'");
        try {
            ActorId actorId = ActorId.parse(uuid);
            // The parser also takes shortened groups, so that one actor would have many names.
            if (!actorId.toString().equals(uuid.toLowerCase(Locale.ROOT))) {
                throw malformed;
            }
            return actorId;
        } catch (IllegalArgumentException e) {
            malformed.initCause(e);
            throw malformed;
        }
    }
}
