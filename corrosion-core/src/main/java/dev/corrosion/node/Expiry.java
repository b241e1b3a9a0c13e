package dev.corrosion.node;

import dev.corrosion.NodeStatus;
import java.time.Duration;
import java.time.Instant;

/** When a certificate is worth a word. */
final class Expiry {

    /** How long before its end, but no more than a third of its life: short-lived ones are renewed late. */
    static final Duration NOTICE = Duration.ofDays(30);

    private static final int PART_OF_LIFE = 3;

    private Expiry() {}

    static boolean isExpired(NodeStatus.Certificate certificate, Instant now) {
        return now.isAfter(certificate.notAfter());
    }

    /** Whether it ends soon or has ended. */
    static boolean isNear(NodeStatus.Certificate certificate, Instant now) {
        Duration part = Duration.between(certificate.notBefore(), certificate.notAfter())
                .dividedBy(PART_OF_LIFE);
        Duration notice = part.compareTo(NOTICE) < 0 ? part : NOTICE;
        return !now.isBefore(certificate.notAfter().minus(notice));
    }

    /** How long it has, or has not any more, in words. */
    static String inWords(NodeStatus.Certificate certificate, Instant now) {
        if (isExpired(certificate, now)) {
            return "has expired at " + certificate.notAfter();
        }
        Duration left = Duration.between(now, certificate.notAfter());
        String time = left.toDays() > 1 ? left.toDays() + " days" : left.toHours() + " hours";
        return "expires at " + certificate.notAfter() + ", in " + time;
    }
}
