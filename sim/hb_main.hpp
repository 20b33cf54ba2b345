// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What an executable that links hb_sc_main defines instead of `main`.
#pragma once

int hb_main(int argc, char** argv);
