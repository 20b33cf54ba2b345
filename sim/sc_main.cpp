// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The entry of every executable that simulates: SystemC wants to be asked first.

#include <cstdlib>
#include <systemc>

#include "sim/hb_main.hpp"

// SystemC's library calls this by name, with this signature.
int sc_main(int argc, char** argv) { return hb_main(argc, argv); }

int main(int argc, char** argv) {
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  return sc_core::sc_elab_and_sim(argc, argv);
}
