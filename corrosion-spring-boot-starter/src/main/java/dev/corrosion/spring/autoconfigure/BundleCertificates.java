package dev.corrosion.spring.autoconfigure;

import dev.corrosion.CertificateSource;
import dev.corrosion.CorrosionException;
import dev.corrosion.NodeCertificates;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;

/** The certificates of one of Spring Boot's SSL bundles, as it is now. */
final class BundleCertificates implements CertificateSource {

    private final String name;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile SslBundle bundle;

    /** @throws CorrosionException if there is no such bundle */
    BundleCertificates(String name, @Nullable SslBundles bundles) {
        this.name = name;
        if (bundles == null) {
            throw new CorrosionException("there are no SSL bundles, but corrosion.security.bundle=" + name
                    + ": Spring Boot's SslAutoConfiguration is excluded");
        }
        try {
            this.bundle = bundles.getBundle(name);
        } catch (NoSuchSslBundleException e) {
            throw new CorrosionException(
                    "there is no SSL bundle '" + name + "' (corrosion.security.bundle), but " + bundles.getBundleNames()
                            + ": define it by spring.ssl.bundle.pem." + name + ".*",
                    e);
        }
        bundles.addBundleUpdateHandler(name, this::replace);
    }

    private void replace(SslBundle updated) {
        bundle = updated;
        listeners.forEach(Runnable::run);
    }

    @Override
    public Runnable onChange(Runnable changed) {
        listeners.add(changed);
        return () -> listeners.remove(changed);
    }

    @Override
    public NodeCertificates load() {
        SslBundle current = bundle;
        try {
            KeyStore keys = current.getStores().getKeyStore();
            KeyStore trusted = current.getStores().getTrustStore();
            if (keys == null) {
                throw new CorrosionException(
                        "the SSL bundle '" + name + "' has no key: a node needs one of its own, with a"
                                + " certificate (keystore.certificate and keystore.private-key)");
            }
            if (trusted == null) {
                throw new CorrosionException("the SSL bundle '" + name + "' trusts nobody: name the authorities of the"
                        + " cluster (truststore.certificate)");
            }
            String alias = alias(keys, current.getKey().getAlias());
            return new NodeCertificates(key(current, keys, alias), x509(keys.getCertificateChain(alias)), all(trusted));
        } catch (GeneralSecurityException | IllegalStateException e) {
            throw new CorrosionException("the SSL bundle '" + name + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private String alias(KeyStore keys, @Nullable String wanted) throws GeneralSecurityException {
        if (wanted != null) {
            if (!keys.isKeyEntry(wanted)) {
                throw new CorrosionException("the SSL bundle '" + name + "' has no key with the alias " + wanted);
            }
            return wanted;
        }
        for (String alias : Collections.list(keys.aliases())) {
            if (keys.isKeyEntry(alias)) {
                return alias;
            }
        }
        throw new CorrosionException("the SSL bundle '" + name + "' has no private key (keystore.private-key)");
    }

    private PrivateKey key(SslBundle current, KeyStore keys, String alias) throws GeneralSecurityException {
        String password = current.getKey().getPassword();
        if (password == null) {
            password = current.getStores().getKeyStorePassword();
        }
        char[] characters = password == null ? new char[0] : password.toCharArray();
        if (keys.getKey(alias, characters) instanceof PrivateKey key) {
            return key;
        }
        throw new CorrosionException("the entry " + alias + " of the SSL bundle '" + name + "' is no private key");
    }

    private static List<X509Certificate> all(KeyStore trusted) throws GeneralSecurityException {
        List<Certificate> found = new ArrayList<>();
        for (String alias : Collections.list(trusted.aliases())) {
            Certificate certificate = trusted.getCertificate(alias);
            if (certificate != null) {
                found.add(certificate);
            }
        }
        return x509(found.toArray(Certificate[]::new));
    }

    private static List<X509Certificate> x509(Certificate @Nullable [] certificates) {
        return certificates == null
                ? List.of()
                : Arrays.stream(certificates)
                        .filter(X509Certificate.class::isInstance)
                        .map(X509Certificate.class::cast)
                        .toList();
    }
}
