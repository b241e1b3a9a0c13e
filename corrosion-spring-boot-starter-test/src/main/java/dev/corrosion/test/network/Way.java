package dev.corrosion.test.network;

import java.net.InetSocketAddress;

/** From one node to another, in this direction. */
public record Way(InetSocketAddress from, InetSocketAddress to) {}
