package dev.corrosion;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * Reads PEM files (RFC 7468). Of BouncyCastle only the oldest parts are used: applications have it in versions of their own.
 */
final class Pem {

    /** No key and no chain is larger; a wrong path may be. */
    private static final long MAX_BYTES = 1 << 20;

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----", Pattern.DOTALL);

    private record Block(String label, String text) {

        byte[] bytes() {
            return Base64.getMimeDecoder().decode(text);
        }
    }

    private Pem() {}

    static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> found = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks(file)) {
                if (block.label().equals("CERTIFICATE")) {
                    found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw unreadable(file, e);
        }
        if (found.isEmpty()) {
            throw new CorrosionException(
                    "there is no certificate in " + file + ": it must be a PEM file with -----BEGIN CERTIFICATE-----");
        }
        return found;
    }

    static PrivateKey privateKey(Path file) {
        for (Block block : blocks(file)) {
            if (block.label().startsWith("ENCRYPTED") || block.text().contains("ENCRYPTED")) {
                throw new CorrosionException("the private key in " + file
                        + " is encrypted: write it without a passphrase (`openssl pkey -in KEY -out PLAIN`) and let only"
                        + " the node's user read it");
            }
            if (block.label().endsWith("PRIVATE KEY")) {
                try {
                    return key(block);
                } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
                    throw unreadable(file, e);
                }
            }
        }
        throw new CorrosionException(
                "there is no private key in " + file + ": it must be a PEM file with -----BEGIN PRIVATE KEY-----");
    }

    private static PrivateKey key(Block block) throws IOException, GeneralSecurityException {
        PrivateKeyInfo key =
                switch (block.label()) {
                    case "EC PRIVATE KEY" -> {
                        ECPrivateKey inner = ECPrivateKey.getInstance(block.bytes());
                        ASN1Object curve = inner.getParametersObject();
                        yield new PrivateKeyInfo(
                                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), inner);
                    }
                    case "RSA PRIVATE KEY" ->
                        new PrivateKeyInfo(
                                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                                RSAPrivateKey.getInstance(block.bytes()));
                    default -> PrivateKeyInfo.getInstance(block.bytes());
                };
        boolean elliptic = X9ObjectIdentifiers.id_ecPublicKey.equals(
                key.getPrivateKeyAlgorithm().getAlgorithm());
        return KeyFactory.getInstance(elliptic ? "EC" : "RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
    }

    private static List<Block> blocks(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new CorrosionException(file + " has more than " + MAX_BYTES + " bytes: is it a PEM file?");
            }
            // One byte, one character: what is around the PEM blocks may be in any encoding.
            Matcher matcher = BLOCK.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            List<Block> blocks = new ArrayList<>();
            while (matcher.find()) {
                blocks.add(new Block(matcher.group(1), matcher.group(2)));
            }
            return blocks;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static CorrosionException unreadable(Path file, Exception cause) {
        String why = cause instanceof NoSuchFileException ? "it is not there" : String.valueOf(cause.getMessage());
        return new CorrosionException(file + " cannot be read: " + why, cause);
    }
}
