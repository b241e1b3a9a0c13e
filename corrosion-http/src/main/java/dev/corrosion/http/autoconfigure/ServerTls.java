package dev.corrosion.http.autoconfigure;

import dev.corrosion.CorrosionException;
import dev.corrosion.http.autoconfigure.CorrosionHttpProperties.ClientAuth;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;

/** The TLS of new connections, from an SSL bundle; when that is reloaded, connections that are open go on with what they have. */
final class ServerTls implements Supplier<SslContext> {

    private final AtomicReference<SslContext> current = new AtomicReference<>();

    /** @throws CorrosionException if nothing can be made of the bundle */
    static ServerTls of(SslBundles bundles, String name, ClientAuth clientAuth) {
        ServerTls tls = new ServerTls();
        tls.current.set(context(bundles.getBundle(name), name, clientAuth));
        bundles.addBundleUpdateHandler(name, bundle -> tls.current.set(context(bundle, name, clientAuth)));
        return tls;
    }

    @Override
    public SslContext get() {
        return Objects.requireNonNull(current.get());
    }

    private static SslContext context(SslBundle bundle, String name, ClientAuth clientAuth) {
        boolean need = clientAuth == ClientAuth.NEED;
        if (need && bundle.getStores().getTrustStore() == null) {
            throw new CorrosionException("corrosion.http.ssl.client-auth=need: the SSL bundle " + name
                    + " has no trust store, so every certificate of a public authority would do: give it one");
        }
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(
                            bundle.getManagers().getKeyManagerFactory())
                    .sslProvider(SslProvider.JDK)
                    .clientAuth(need ? io.netty.handler.ssl.ClientAuth.REQUIRE : io.netty.handler.ssl.ClientAuth.NONE)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(
                            Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE,
                            SelectedListenerFailureBehavior.ACCEPT,
                            ApplicationProtocolNames.HTTP_2,
                            ApplicationProtocolNames.HTTP_1_1))
                    .ciphers(ciphers(bundle.getOptions()), SupportedCipherSuiteFilter.INSTANCE);
            if (need) {
                builder.trustManager(bundle.getManagers().getTrustManagerFactory());
            }
            String[] protocols = bundle.getOptions().getEnabledProtocols();
            return builder.protocols(protocols == null ? new String[] {"TLSv1.3", "TLSv1.2"} : protocols)
                    .build();
        } catch (SSLException | RuntimeException e) {
            throw new CorrosionException("nothing can be made of the SSL bundle " + name + ": " + e.getMessage(), e);
        }
    }

    private static List<String> ciphers(SslOptions options) {
        String[] ciphers = options.getCiphers();
        return ciphers == null ? Http2SecurityUtil.CIPHERS : Arrays.asList(ciphers);
    }
}
