using SandboxedBuild.Interop;

namespace SandboxedBuild.Changes;

/// <summary>The extended attributes that belong to the entry's owner: <c>user.*</c> and ACLs, without overlayfs's own.</summary>
internal static class UserAttributes
{
    public static bool AreEqual(Descriptor upper, Descriptor live, ReadOnlySpan<byte> name, EntryType type)
    {
        if (type == EntryType.SymbolicLink)
        {
            return true;
        }

        var (left, right) = (Of(upper, name), Of(live, name));
        return left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && value.AsSpan().SequenceEqual(pair.Value));
    }

    /// <summary>Names, as text of one character a byte, and values.</summary>
    public static Dictionary<string, byte[]> Of(Descriptor directory, ReadOnlySpan<byte> name)
    {
        var values = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var attribute in Attributes.Names(directory, name))
        {
            if (Belongs(attribute) && Attributes.Value(directory, name, attribute) is { } value)
            {
                values[System.Text.Encoding.Latin1.GetString(attribute)] = value;
            }
        }

        return values;
    }

    /// <summary>Makes the attributes of one entry those of another.</summary>
    public static void Copy(Descriptor from, ReadOnlySpan<byte> name, Descriptor to, ReadOnlySpan<byte> target) => Set(to, target, Of(from, name));

    /// <summary>Makes these the attributes of an entry.</summary>
    public static void Set(Descriptor to, ReadOnlySpan<byte> target, Dictionary<string, byte[]> wanted)
    {
        var present = Of(to, target);
        foreach (var (attribute, value) in wanted)
        {
            if (!present.TryGetValue(attribute, out var same) || !same.AsSpan().SequenceEqual(value))
            {
                Attributes.Put(to, target, System.Text.Encoding.Latin1.GetBytes(attribute), value);
            }
        }

        foreach (var attribute in present.Keys.Where(attribute => !wanted.ContainsKey(attribute)))
        {
            Attributes.Drop(to, target, System.Text.Encoding.Latin1.GetBytes(attribute));
        }
    }

    private static bool Belongs(ReadOnlySpan<byte> attribute) =>
        (attribute.StartsWith("user."u8) && !attribute.StartsWith(Attributes.OverlayPrefix)) || attribute.StartsWith("system.posix_acl_"u8);
}
