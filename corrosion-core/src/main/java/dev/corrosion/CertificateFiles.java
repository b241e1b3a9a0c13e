package dev.corrosion;

import java.nio.file.Path;

/** Certificates in PEM files. */
record CertificateFiles(Path certificate, Path privateKey, Path trusted) implements CertificateSource {

    @Override
    public NodeCertificates load() {
        return new NodeCertificates(
                Pem.privateKey(privateKey), Pem.certificates(certificate), Pem.certificates(trusted));
    }
}
