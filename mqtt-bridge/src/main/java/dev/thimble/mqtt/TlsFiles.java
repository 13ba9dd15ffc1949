package dev.thimble.mqtt;

import java.nio.file.Path;

/**
 * PEM files for TLS, read again before every connect so that they can be replaced. The broker's name is always checked
 * against its certificate.
 *
 * @param authorities the certificates to trust, or null for the JDK's own
 * @param certificate this client's certificate chain for mutual TLS, or null
 * @param key         its private key, unencrypted PKCS #8 ({@code BEGIN PRIVATE KEY}), or null
 */
public record TlsFiles(Path authorities, Path certificate, Path key) {

    public static final TlsFiles JDK_DEFAULT = new TlsFiles(null, null, null);

    public TlsFiles {
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("mutual TLS needs both a certificate and a key file");
        }
    }
}
