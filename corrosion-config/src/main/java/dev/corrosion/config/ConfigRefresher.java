package dev.corrosion.config;

import dev.corrosion.Corrosion;
import dev.corrosion.Row;
import dev.corrosion.config.ConfigTable.Entry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.cloud.context.refresh.ContextRefresher;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Makes the environment anew when the rows that it was made of have changed: {@code @ConfigurationProperties} are bound again, beans of
 * {@code @RefreshScope} are made again, as Spring Cloud does it. From when the application is ready until it stops.
 *
 * <p>If a change cannot be taken, because a document is malformed or a value does not fit, the environment stays as it was, and the next
 * change is tried.
 */
final class ConfigRefresher implements SmartLifecycle {

    private static final Duration FIRST_RETRY = Duration.ofMillis(200);
    private static final Duration LAST_RETRY = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(ConfigRefresher.class);

    private final Corrosion corrosion;
    private final ContextRefresher refresher;
    private final Map<CorrosionConfigDataResource, List<Entry>> taken;
    private boolean ready;
    private @Nullable Disposable following;

    /** @param loaded what the environment was made of */
    ConfigRefresher(Corrosion corrosion, ContextRefresher refresher, LoadedConfig loaded) {
        this.corrosion = corrosion;
        this.refresher = refresher;
        this.taken = new HashMap<>(loaded.imports());
    }

    /** Before that the environment is still in use for making beans. */
    @EventListener
    public synchronized void onReady(ApplicationReadyEvent event) {
        ready = true;
        start();
    }

    @Override
    public synchronized void start() {
        if (ready && following == null) {
            Scheduler thread = Schedulers.newSingle("corrosion-config", true);
            Disposable.Composite all = Disposables.composite();
            taken.keySet().forEach(resource -> all.add(follow(resource, thread)));
            all.add(thread);
            following = all;
        }
    }

    @Override
    public synchronized void stop() {
        if (following != null) {
            following.dispose();
            following = null;
        }
    }

    @Override
    public synchronized boolean isRunning() {
        return following != null;
    }

    private Disposable follow(CorrosionConfigDataResource resource, Scheduler thread) {
        return corrosion
                .live(ConfigTable.query(resource.namespace()))
                .onBackpressureLatest()
                .publishOn(thread, 1)
                .doOnNext(rows -> take(resource, rows))
                .retryWhen(Retry.backoff(Long.MAX_VALUE, FIRST_RETRY)
                        .maxBackoff(LAST_RETRY)
                        .transientErrors(true)
                        .doBeforeRetry(retry -> log.warn(
                                "Changes of the configuration cannot be followed at present; will try again",
                                retry.failure())))
                .onErrorResume(e -> Flux.empty()) // only when it is disposed of while it tries
                .subscribe();
    }

    private void take(CorrosionConfigDataResource resource, List<Row> rows) {
        List<Entry> entries =
                rows.stream().map(Entry::of).filter(resource::concerns).toList();
        if (entries.equals(taken.put(resource, entries))) {
            return;
        }
        try {
            Set<String> keys = refresher.refresh();
            log.info("The configuration has changed: {}", keys);
        } catch (RuntimeException e) {
            log.error("A change of the configuration could not be taken; it stays as it was until the next change", e);
        }
    }
}
