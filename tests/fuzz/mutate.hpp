// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Changes to a message that leave it a message: what random bytes seldom do.
#pragma once

#include <google/protobuf/message.h>

#include <random>

namespace hb::test {

/// Changes one field somewhere in `message`: removes, repeats, swaps or overwrites.
void mutate(google::protobuf::Message& message, std::minstd_rand& random);

}  // namespace hb::test
