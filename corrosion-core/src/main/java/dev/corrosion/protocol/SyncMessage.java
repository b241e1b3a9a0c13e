package dev.corrosion.protocol;

/** What nodes say to each other to find out what one of them lacks, and to fetch it. */
public sealed interface SyncMessage extends Message
        permits SyncDigest,
                SyncEqual,
                SyncBuckets,
                SyncRequest,
                Collected,
                SyncHolds,
                SyncFetch,
                SnapshotRequest,
                SnapshotHeader,
                SnapshotPending,
                SnapshotChunk,
                VerifyMessage {}
