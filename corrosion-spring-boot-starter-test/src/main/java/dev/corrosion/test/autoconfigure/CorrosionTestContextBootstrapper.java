package dev.corrosion.test.autoconfigure;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/** For {@link CorrosionTest}. */
final class CorrosionTestContextBootstrapper extends TestSliceTestContextBootstrapper<CorrosionTest> {}
