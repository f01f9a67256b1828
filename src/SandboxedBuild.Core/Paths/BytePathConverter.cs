using System.Text.Json;
using System.Text.Json.Serialization;

namespace SandboxedBuild.Paths;

/// <summary>A path's bytes, which need not be UTF-8, as base64.</summary>
internal sealed class BytePathConverter : JsonConverter<BytePath>
{
    public override BytePath Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return BytePath.FromBytes(reader.GetBytesFromBase64());
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    public override void Write(Utf8JsonWriter writer, BytePath value, JsonSerializerOptions options) => writer.WriteBase64StringValue(value.Bytes);
}
