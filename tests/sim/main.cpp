// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "sim/hb_main.hpp"

int hb_main(int argc, char** argv) { return doctest::Context(argc, argv).run(); }
