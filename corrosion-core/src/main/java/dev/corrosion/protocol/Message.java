package dev.corrosion.protocol;

/** Everything that nodes say to each other. */
public sealed interface Message
        permits SwimPacket,
                PushPull,
                Changes,
                EmptyVersions,
                VersionHead,
                Have,
                Want,
                SyncMessage,
                AwaitVersion,
                VersionHeld {}
