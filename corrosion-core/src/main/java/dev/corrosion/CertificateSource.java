package dev.corrosion;

import java.nio.file.Path;

/**
 * Where a node gets its key and certificates from, at the start and again whenever they may have been replaced: every
 * {@link #CHECK_SECONDS} seconds, and when the source says so. What cannot be used is not taken: the node keeps what it has.
 *
 * <p>Called on threads that may block; never by two at a time.
 */
public interface CertificateSource {

    /** Time between two looks at a source, in seconds. */
    int CHECK_SECONDS = 5;

    /**
     * What is to be used from now on. Cheap enough to be called every few seconds.
     *
     * @throws CorrosionException if it cannot be read; says what to do
     */
    NodeCertificates load();

    /**
     * Asks to be told at once when {@link #load} would give something else. Sources that do not know do nothing.
     *
     * @return ends it
     */
    default Runnable onChange(Runnable changed) {
        return () -> {};
    }

    /**
     * PEM files.
     *
     * @param certificate the node's own certificate and, after it, those between it and the authority
     * @param privateKey its key, not encrypted: PKCS #8, or the older forms for EC and RSA
     * @param trusted the certificates of the authorities that nodes may have theirs from
     */
    static CertificateSource files(Path certificate, Path privateKey, Path trusted) {
        return new CertificateFiles(certificate, privateKey, trusted);
    }
}
