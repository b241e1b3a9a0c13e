package dev.corrosion.subscription;

/**
 * What subscriptions take, at one moment.
 *
 * @param queries that are kept up to date, idle ones too
 * @param subscribers of these
 * @param maxSubscribers their bound
 * @param commits that wait to be followed
 * @param maxCommits their bound
 * @param journalBytes the journal's file, with its WAL; 0 if there is none
 * @param journalWaiting bytes that wait to be written to it
 * @param maxJournalWaiting from when on commits are not followed until it has caught up
 */
public record SubscriptionLoad(
        int queries,
        int subscribers,
        int maxSubscribers,
        int commits,
        int maxCommits,
        long journalBytes,
        long journalWaiting,
        long maxJournalWaiting) {}
