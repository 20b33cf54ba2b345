// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/arch/json.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "model/arch/error.hpp"

namespace hb::arch {

namespace {

constexpr int kMaxDepth = 16;  // of nesting; bounds the recursion of whoever walks the value

const Json& member(const Json& object, const char* key, const std::string& where) {
  const auto found = object.find(key);
  if (found == object.end()) {
    throw bad_input(where, fmt::format("key {} is missing", key), "every key once");
  }
  return *found;
}

}  // namespace

Json parse_json(const std::string& text, const std::string& origin) {
  // The parser keeps the last of two equal keys and says nothing, so its events are watched.
  std::vector<std::set<std::string>> seen;
  const auto watch = [&](int depth, Json::parse_event_t event, const Json& value) {
    if (depth > kMaxDepth) {
      throw bad_input(origin, "nested too deeply", fmt::format("at most {} levels", kMaxDepth));
    }
    if (event == Json::parse_event_t::object_start) {
      seen.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      seen.pop_back();
    } else if (event == Json::parse_event_t::key) {
      const std::string key = value.get<std::string>();
      if (!seen.back().insert(key).second) {
        throw bad_input(origin, fmt::format("key {} twice in one object", key), "every key once");
      }
    }
    return true;
  };
  try {
    return Json::parse(text, watch);
  } catch (const Json::parse_error& error) {
    const std::string what = error.what();  // "[json.exception.parse_error.101] parse error at .."
    throw bad_input(origin, what.substr(what.find("] ") + 2), "JSON");
  }
}

void require_keys(const Json& object, std::initializer_list<std::string_view> keys,
                  const std::string& where) {
  if (!object.is_object()) {
    throw bad_input(where, fmt::format("is {}", object.type_name()), "a JSON object");
  }
  std::string expected = "the keys";
  for (const std::string_view key : keys) {
    expected += ' ';
    expected += key;
  }
  for (const auto& item : object.items()) {
    if (std::find(keys.begin(), keys.end(), item.key()) == keys.end()) {
      throw bad_input(where, fmt::format("unknown key {}", item.key()), expected);
    }
  }
  for (const std::string_view key : keys) {
    if (!object.contains(key)) {
      throw bad_input(where, fmt::format("key {} is missing", key), expected);
    }
  }
}

std::uint64_t read_integer(const Json& object, const char* key, std::uint64_t low,
                           std::uint64_t high, const std::string& where) {
  const Json& value = member(object, key, where);
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() < low ||
      value.get<std::uint64_t>() > high) {
    throw bad_input(where, fmt::format("{} is {}", key, value.dump()),
                    fmt::format("an integer, {}..{}", low, high));
  }
  return value.get<std::uint64_t>();
}

std::string read_string(const Json& object, const char* key, const std::string& where) {
  const Json& value = member(object, key, where);
  if (!value.is_string()) {
    throw bad_input(where, fmt::format("{} is {}", key, value.dump()), "a string");
  }
  return value.get<std::string>();
}

const Json& read_array(const Json& object, const char* key, const std::string& where) {
  const Json& value = member(object, key, where);
  if (!value.is_array()) {
    throw bad_input(where, fmt::format("{} is {}", key, value.type_name()), "an array");
  }
  return value;
}

}  // namespace hb::arch
