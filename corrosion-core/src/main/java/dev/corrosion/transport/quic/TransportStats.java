package dev.corrosion.transport.quic;

/**
 * What a transport has done since it was opened. Bytes are payload, without headers and encryption.
 *
 * @param connections links that are usable now
 * @param connectionsOpened links that became usable
 * @param handshakesFailed links that did not: unreachable, refused or unfinished
 * @param framesSent frames handed to a link, answers of exchanges included
 * @param framesReceived frames read from a link, answers of exchanges included
 * @param bytesSent bytes of the frames and datagrams sent
 * @param bytesReceived bytes of the frames and datagrams received
 * @param datagramsSent datagrams handed to a link
 * @param datagramsReceived datagrams delivered
 * @param shed frames dropped before they were handed to a link
 */
public record TransportStats(
        int connections,
        long connectionsOpened,
        long handshakesFailed,
        long framesSent,
        long framesReceived,
        long bytesSent,
        long bytesReceived,
        long datagramsSent,
        long datagramsReceived,
        long shed) {}
