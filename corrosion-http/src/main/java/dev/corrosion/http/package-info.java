/** The HTTP API of a node, apart from Spring and from any server: requests in, responses out. */
@NullMarked
package dev.corrosion.http;

import org.jspecify.annotations.NullMarked;
