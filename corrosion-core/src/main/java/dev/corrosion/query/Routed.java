package dev.corrosion.query;

/**
 * Changes that may concern an evaluation.
 *
 * @param changed what it is to be updated with
 */
public record Routed(Evaluation evaluation, ChangedRows changed) {}
