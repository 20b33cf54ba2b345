// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// One page for a browser that needs nothing else: no network, no file beside it.
#pragma once

#include <string>
#include <vector>

#include "sw/page/documents.hpp"

namespace hb::page {

/// Text of Chart.js from `file`, its license's banner included. Throws hb::Error for anything but
/// version 3.
[[nodiscard]] std::string read_chart_library(const std::string& file);

/// HTML of a page about `documents`, in their order; `library` is inlined. The same input gives the
/// same bytes.
[[nodiscard]] std::string make_page(const std::vector<Document>& documents,
                                    const std::string& library);

}  // namespace hb::page
