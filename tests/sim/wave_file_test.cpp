// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is a wave file there whole, or not at all?
#include "sim/wave_file.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "model/arch/error.hpp"

namespace hb::test {
namespace {

namespace fs = std::filesystem;

/// A folder that goes away with the test.
struct Folder {
  fs::path path = fs::temp_directory_path() / "halfbyte_wave_file_test";
  Folder() {
    fs::remove_all(path);
    fs::create_directories(path);
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(path), fs::directory_iterator()));
  }
};

void write(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

/// An FST block whose section has `size` bytes.
std::string block(char type, char size) {
  return std::string(1, type) + std::string(7, '\0') + std::string(1, size) +
         std::string(static_cast<std::size_t>(size) - 8, 'x');
}

/// Header, value changes, geometry, hierarchy.
std::string whole_fst() { return block(0, 30) + block(8, 99) + block(3, 9) + block(6, 8); }

TEST_CASE("a whole chain of FST blocks is whole, and no beginning of it is") {
  const Folder folder;
  const fs::path file = folder.path / "w.fst";
  const std::string whole = whole_fst();
  write(file, whole);
  CHECK(sim::is_whole_fst(file));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write(file, whole.substr(0, size));
    CAPTURE(size);
    CHECK_FALSE(sim::is_whole_fst(file));
  }
  write(file, whole + "x");
  CHECK_FALSE(sim::is_whole_fst(file));
  write(file, whole + block(static_cast<char>(0xFF), 20));  // value changes that were not finished
  CHECK_FALSE(sim::is_whole_fst(file));
  CHECK_FALSE(sim::is_whole_fst(folder.path / "absent.fst"));
}

TEST_CASE("a wave file gets its name when it is whole, and nothing is left of it otherwise") {
  const Folder folder;
  const fs::path file = folder.path / "w.fst";
  {
    sim::WaveFile wave(file);
    write(wave.beside(), whole_fst());
    CHECK_FALSE(fs::exists(file));
    wave.commit();
  }
  CHECK(sim::is_whole_fst(file));
  CHECK(folder.files() == 1);
  {
    sim::WaveFile wave(file);
    write(wave.beside(), whole_fst().substr(1));
    CHECK_THROWS_AS(wave.commit(), Error);
  }
  CHECK(sim::is_whole_fst(file));  // the one that was there before
  CHECK(folder.files() == 1);
  CHECK_THROWS_AS(sim::WaveFile(folder.path), Error);
  CHECK_THROWS_AS(sim::WaveFile(folder.path / "absent" / "w.fst"), Error);
  CHECK_THROWS_AS(sim::WaveFile("/dev/null"), Error);
}

}  // namespace
}  // namespace hb::test
