// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The page's own texts (sw/page/assets), as they were when this was built.
#pragma once

namespace hb::page {

/// HTML with {{title}}, {{style}}, {{library}}, {{data}} and {{script}}.
[[nodiscard]] const char* template_text();
[[nodiscard]] const char* style_text();
[[nodiscard]] const char* script_text();

}  // namespace hb::page
