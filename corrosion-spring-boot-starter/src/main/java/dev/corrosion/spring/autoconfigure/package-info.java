/** Opens the node from properties and makes the beans around it. */
@NullMarked
package dev.corrosion.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
