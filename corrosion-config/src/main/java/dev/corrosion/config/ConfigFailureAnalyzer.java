package dev.corrosion.config;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says what to do about a start without configuration. */
final class ConfigFailureAnalyzer extends AbstractFailureAnalyzer<NoFirstCopyException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, NoFirstCopyException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), cause.action(), cause);
    }
}
