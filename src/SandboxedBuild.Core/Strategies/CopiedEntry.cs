namespace SandboxedBuild.Strategies;

/// <summary>One entry of a root that was copied, as it was then.</summary>
/// <param name="Name">Its name; empty for the root itself.</param>
/// <param name="Live">The inode of the live entry.</param>
/// <param name="Copy">The inode of its copy.</param>
internal sealed record CopiedEntry(byte[] Name, ulong Live, ulong Copy)
{
    /// <summary>What is in it, sorted by bytes; null for what is no directory.</summary>
    public List<CopiedEntry>? Children { get; init; }

    /// <summary>The entry of this name in it.</summary>
    public CopiedEntry? Child(ReadOnlySpan<byte> name)
    {
        var (low, high) = (0, (Children?.Count ?? 0) - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Children![middle].Name.AsSpan().SequenceCompareTo(name);
            if (order == 0)
            {
                return Children[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}
