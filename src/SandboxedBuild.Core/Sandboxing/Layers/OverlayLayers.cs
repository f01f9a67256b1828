using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using SandboxedBuild.Overlays;

namespace SandboxedBuild.Sandboxing;

/// <summary>The layers that every step of a shared overlay sees, noted in its state.</summary>
public static class OverlayLayers
{
    private const string NoteFile = "layers.json";

    /// <summary>Notes them.</summary>
    public static void Note(Overlay overlay, ImmutableArray<SandboxLayer> layers) =>
        File.WriteAllBytes(Path.Combine(overlay.Directory, NoteFile), JsonSerializer.SerializeToUtf8Bytes(layers, OverlayLayersJson.Default.ImmutableArraySandboxLayer));

    /// <summary>Those that were noted.</summary>
    public static ImmutableArray<SandboxLayer> Of(Overlay overlay) =>
        Path.Combine(overlay.Directory, NoteFile) is var file && File.Exists(file) ? JsonSerializer.Deserialize(File.ReadAllBytes(file), OverlayLayersJson.Default.ImmutableArraySandboxLayer) : [];
}

/// <summary>Reading and writing without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImmutableArray<SandboxLayer>))]
internal sealed partial class OverlayLayersJson : JsonSerializerContext;
