using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SandboxedBuild.Overlays;

/// <summary>What an overlay's state directory says of itself, in <c>manifest.json</c>.</summary>
/// <param name="Version">The form of the file: 1.</param>
/// <param name="Id">The overlay's id, which is its directory's name too.</param>
/// <param name="Marker">When the overlay was made, by the filesystem's clock: nanoseconds since 1970.</param>
/// <param name="Announcement">A symlink in the cache directory that leads to a state directory elsewhere, or null.</param>
/// <param name="Roots">The roots in order of their numbers.</param>
internal sealed record OverlayManifest(int Version, string Id, long Marker, string? Announcement, ImmutableArray<OverlayRoot> Roots)
{
    /// <summary>The name of the strategy.</summary>
    public string Strategy { get; init; } = Strategies.Strategy.Overlay.Name;

    public const int CurrentVersion = 1;

    public void Write(string path) => File.WriteAllBytes(path, Bytes());

    /// <summary>Writes it in the place of another one, which is there until then.</summary>
    public void Replace(string path) => Paths.WholeFile.Write(path, Bytes());

    private byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, OverlayManifestJson.Default.OverlayManifest);

    /// <summary>The state directory may have been moved since the manifest was written, and what is inside it with it.</summary>
    private OverlayManifest At(string directory) => this with
    {
        Roots = [.. Roots.Select(root => Path.GetFileName(Path.GetDirectoryName(root.Storage)) == Id ? root with { Storage = Path.Combine(directory, Path.GetFileName(root.Storage)) } : root)],
    };

    /// <summary>
    /// The manifest of a state; null when there is none that can be read. It is not made durable, as the plan of a commit is: after a power failure, what the plan says of it is what there is.
    /// </summary>
    public static OverlayManifest? Of(string directory) => TryRead(Path.Combine(directory, Overlay.ManifestFile)) ?? Checked(Commits.CommitJournal.ManifestIn(directory), directory);

    /// <summary>Reads a manifest; null when it is not there, not readable or of another version.</summary>
    public static OverlayManifest? TryRead(string path)
    {
        try
        {
            return Checked(JsonSerializer.Deserialize(File.ReadAllBytes(path), OverlayManifestJson.Default.OverlayManifest), Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it as part of something else.</summary>
    internal void Write(Utf8JsonWriter writer) => JsonSerializer.Serialize(writer, this, OverlayManifestJson.Default.OverlayManifest);

    private static OverlayManifest? Checked(OverlayManifest? manifest, string directory) =>
        manifest is { Version: CurrentVersion, Id.Length: > 0, Roots.IsDefaultOrEmpty: false, Strategy: not null } && Strategies.Strategy.Named(manifest.Strategy) is not null ? manifest.At(directory) : null;
}

/// <summary>Reading and writing without reflection.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(OverlayManifest))]
internal sealed partial class OverlayManifestJson : JsonSerializerContext;
