// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/fuzz/mutate.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace hb::test {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

class Mutator {
 public:
  Mutator(Message& root, std::minstd_rand& random) : random_(random) { collect(root); }

  void run() {
    Message& message = *messages_[below(messages_.size())];
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    if (fields.empty()) return;
    const FieldDescriptor& field = *fields[below(fields.size())];
    if (below(8) == 0) {
      message.GetReflection()->ClearField(&message, &field);
    } else if (field.is_repeated()) {
      change_list(message, field);
    } else if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      overwrite(message, field);
    }
  }

 private:
  [[nodiscard]] std::size_t below(std::size_t bound) { return random_() % bound; }

  /// All messages in `message`, and their strings: names that refer to something.
  void collect(Message& message) {
    messages_.push_back(&message);
    const Reflection& reflection = *message.GetReflection();
    std::vector<const FieldDescriptor*> fields;
    reflection.ListFields(message, &fields);
    for (const FieldDescriptor* field : fields) {
      const int count = field->is_repeated() ? reflection.FieldSize(message, field) : 1;
      for (int i = 0; i < count; ++i) {
        if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
          collect(field->is_repeated() ? *reflection.MutableRepeatedMessage(&message, field, i)
                                       : *reflection.MutableMessage(&message, field));
        } else if (field->type() == FieldDescriptor::TYPE_STRING) {
          strings_.push_back(field->is_repeated() ? reflection.GetRepeatedString(message, field, i)
                                                  : reflection.GetString(message, field));
        }
      }
    }
  }

  void change_list(Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    const int size = reflection.FieldSize(message, &field);
    const int index = static_cast<int>(below(static_cast<std::size_t>(size)));
    const int last = size - 1;
    switch (below(4)) {
      case 0:
        reflection.SwapElements(&message, &field, index, last);
        reflection.RemoveLast(&message, &field);
        return;
      case 1:
        reflection.SwapElements(&message, &field, index,
                                static_cast<int>(below(static_cast<std::size_t>(size))));
        return;
      default:
        if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
          reflection.AddMessage(&message, &field)
              ->CopyFrom(reflection.GetRepeatedMessage(message, &field, index));
        } else {
          overwrite_element(message, field, index);
        }
    }
  }

  void overwrite(Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(&message, &field, static_cast<std::int32_t>(integer()));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetInt64(&message, &field, integer());
      case FieldDescriptor::CPPTYPE_FLOAT:
        return reflection.SetFloat(&message, &field, real());
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.SetEnumValue(&message, &field, static_cast<int>(below(20)));
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.SetString(&message, &field,
                                    changed(field, reflection.GetString(message, &field)));
      default:
        return;
    }
  }

  void overwrite_element(Message& message, const FieldDescriptor& field, int index) {
    const Reflection& reflection = *message.GetReflection();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetRepeatedInt32(&message, &field, index,
                                           static_cast<std::int32_t>(integer()));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetRepeatedInt64(&message, &field, index, integer());
      case FieldDescriptor::CPPTYPE_FLOAT:
        return reflection.SetRepeatedFloat(&message, &field, index, real());
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.SetRepeatedString(
            &message, &field, index,
            changed(field, reflection.GetRepeatedString(message, &field, index)));
      default:
        return;
    }
  }

  std::int64_t integer() {
    constexpr std::array<std::int64_t, 20> kValues = {0,
                                                      1,
                                                      2,
                                                      3,
                                                      4,
                                                      7,
                                                      8,
                                                      21,
                                                      22,
                                                      127,
                                                      128,
                                                      255,
                                                      65535,
                                                      65536,
                                                      -1,
                                                      -2,
                                                      2147483647,
                                                      -2147483648LL,
                                                      std::numeric_limits<std::int64_t>::max(),
                                                      std::numeric_limits<std::int64_t>::min()};
    return kValues[below(kValues.size())];
  }

  float real() {
    constexpr std::array<float, 9> kValues = {0.0F,
                                              1.0F,
                                              -1.0F,
                                              0.5F,
                                              1e-40F,
                                              3e38F,
                                              1e-30F,
                                              std::numeric_limits<float>::infinity(),
                                              std::numeric_limits<float>::quiet_NaN()};
    return kValues[below(kValues.size())];
  }

  /// Another name of the model, or other bytes.
  std::string changed(const FieldDescriptor& field, std::string text) {
    if (field.type() == FieldDescriptor::TYPE_STRING) {
      static const std::array<const char*, 24> kNames = {"",
                                                         "Conv",
                                                         "Add",
                                                         "Relu",
                                                         "Clip",
                                                         "Gemm",
                                                         "MatMul",
                                                         "QLinearConv",
                                                         "MaxPool",
                                                         "AveragePool",
                                                         "Reshape",
                                                         "GlobalAveragePool",
                                                         "ReduceMean",
                                                         "Flatten",
                                                         "Squeeze",
                                                         "QLinearAveragePool",
                                                         "Identity",
                                                         "Constant",
                                                         "QLinearAdd",
                                                         "QLinearGlobalAveragePool",
                                                         "QGemm",
                                                         "QLinearMatMul",
                                                         "QuantizeLinear",
                                                         "DequantizeLinear"};
      if (!strings_.empty() && below(4) != 0) return strings_[below(strings_.size())];
      return kNames[below(kNames.size())];
    }
    if (text.empty() || below(4) == 0) return text + static_cast<char>(random_());
    if (below(3) == 0) text.pop_back();
    if (!text.empty()) text[below(text.size())] = static_cast<char>(random_());
    return text;
  }

  std::minstd_rand& random_;
  std::vector<Message*> messages_;
  std::vector<std::string> strings_;
};

}  // namespace

void mutate(Message& message, std::minstd_rand& random) { Mutator(message, random).run(); }

}  // namespace hb::test
