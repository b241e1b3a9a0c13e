package dev.corrosion;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/** Reads PEM files (RFC 7468). */
final class Pem {

    /** No key and no chain is larger; a wrong path may be. */
    private static final long MAX_BYTES = 1 << 20;

    private Pem() {}

    static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> found = new ArrayList<>();
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
        for (Object item : items(file)) {
            if (item instanceof X509CertificateHolder holder) {
                try {
                    found.add(converter.getCertificate(holder));
                } catch (CertificateException e) {
                    throw unreadable(file, e);
                }
            }
        }
        if (found.isEmpty()) {
            throw new CorrosionException(
                    "there is no certificate in " + file + ": it must be a PEM file with -----BEGIN CERTIFICATE-----");
        }
        return found;
    }

    static PrivateKey privateKey(Path file) {
        for (Object item : items(file)) {
            if (item instanceof PKCS8EncryptedPrivateKeyInfo || item instanceof PEMEncryptedKeyPair) {
                throw new CorrosionException("the private key in " + file
                        + " is encrypted: write it without a passphrase (`openssl pkey -in KEY -out PLAIN`) and let only"
                        + " the node's user read it");
            }
            try {
                if (item instanceof PrivateKeyInfo key) {
                    return new JcaPEMKeyConverter().getPrivateKey(key);
                }
                if (item instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                }
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }
        throw new CorrosionException(
                "there is no private key in " + file + ": it must be a PEM file with -----BEGIN PRIVATE KEY-----");
    }

    private static List<Object> items(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new CorrosionException(file + " has more than " + MAX_BYTES + " bytes: is it a PEM file?");
            }
            List<Object> items = new ArrayList<>();
            // One byte, one character: what is around the PEM blocks may be in any encoding.
            try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                    PEMParser parser = new PEMParser(reader)) {
                for (Object item = parser.readObject(); item != null; item = parser.readObject()) {
                    items.add(item);
                }
            }
            return items;
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            throw unreadable(file, e);
        }
    }

    private static CorrosionException unreadable(Path file, Exception cause) {
        String why = cause instanceof NoSuchFileException ? "it is not there" : String.valueOf(cause.getMessage());
        return new CorrosionException(file + " cannot be read: " + why, cause);
    }
}
