using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace SandboxedBuild.Paths;

/// <summary>
/// A path below a root as the kernel sees it: bytes, parted by slashes, with none at the front or the end. The empty path is the
/// root itself. Names may hold any byte but NUL and slash, so a .NET string could not carry them.
/// </summary>
/// <remarks>Paths sort by component, so that what is in a directory follows the directory itself.</remarks>
[JsonConverter(typeof(BytePathConverter))]
public readonly struct BytePath : IEquatable<BytePath>, IComparable<BytePath>
{
    private readonly byte[]? _bytes;

    private BytePath(byte[] bytes) => _bytes = bytes;

    /// <summary>The path's bytes, without a NUL.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Whether this is the root itself.</summary>
    public bool IsRoot => _bytes is not { Length: > 0 };

    /// <summary>The last component.</summary>
    public ReadOnlySpan<byte> Name => Bytes[(Bytes.LastIndexOf((byte)'/') + 1)..];

    /// <summary>The path of the directory that holds this entry; the root's parent is the root.</summary>
    public BytePath Parent => Bytes.LastIndexOf((byte)'/') is var slash && slash < 0 ? default : new(Bytes[..slash].ToArray());

    /// <summary>How many components the path has.</summary>
    public int Depth => IsRoot ? 0 : Bytes.Count((byte)'/') + 1;

    /// <summary>Compares by bytes.</summary>
    public static bool operator ==(BytePath left, BytePath right) => left.Equals(right);

    /// <summary>Compares by bytes.</summary>
    public static bool operator !=(BytePath left, BytePath right) => !left.Equals(right);

    /// <summary>Sorts by component.</summary>
    public static bool operator <(BytePath left, BytePath right) => left.CompareTo(right) < 0;

    /// <summary>Sorts by component.</summary>
    public static bool operator >(BytePath left, BytePath right) => left.CompareTo(right) > 0;

    /// <summary>Sorts by component.</summary>
    public static bool operator <=(BytePath left, BytePath right) => left.CompareTo(right) <= 0;

    /// <summary>Sorts by component.</summary>
    public static bool operator >=(BytePath left, BytePath right) => left.CompareTo(right) >= 0;

    /// <summary>The path with these bytes, which must be relative and without empty, <c>.</c> or <c>..</c> components.</summary>
    /// <exception cref="ArgumentException">The bytes are no such path.</exception>
    public static BytePath FromBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return default;
        }

        foreach (var range in bytes.Split((byte)'/'))
        {
            var component = bytes[range];
            if (component.IsEmpty || component.SequenceEqual("."u8) || component.SequenceEqual(".."u8) || component.Contains((byte)0))
            {
                throw new ArgumentException($"not a path below a root: {Display(bytes)}", nameof(bytes));
            }
        }

        return new(bytes.ToArray());
    }

    /// <summary>The path with this text as UTF-8.</summary>
    /// <exception cref="ArgumentException">The text is no relative path without empty, <c>.</c> or <c>..</c> components.</exception>
    public static BytePath FromString(string text) => FromBytes(Encoding.UTF8.GetBytes(text));

    /// <summary>Bytes for a person or a log: UTF-8 where it is valid, <c>\xNN</c> for other bytes and for control characters.</summary>
    public static string Display(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done;
            // A backslash that would read as one of these escapes is written as one itself.
            if (valid && !Rune.IsControl(rune) && !(rune.Value == '\\' && bytes is [_, (byte)'x', _, _, ..] && char.IsAsciiHexDigitLower((char)bytes[2]) && char.IsAsciiHexDigitLower((char)bytes[3])))
            {
                text.Append(rune);
            }
            else
            {
                foreach (var value in bytes[..length])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");
                }
            }

            bytes = bytes[length..];
        }

        return text.ToString();
    }

    /// <summary>The entry <paramref name="name"/> in this directory.</summary>
    public BytePath Append(ReadOnlySpan<byte> name)
    {
        if (IsRoot)
        {
            return new(name.ToArray());
        }

        var bytes = new byte[Bytes.Length + 1 + name.Length];
        Bytes.CopyTo(bytes);
        bytes[Bytes.Length] = (byte)'/';
        name.CopyTo(bytes.AsSpan(Bytes.Length + 1));
        return new(bytes);
    }

    /// <summary>Whether this is the path of an entry of <paramref name="directory"/> itself.</summary>
    public bool IsIn(BytePath directory)
    {
        var slash = Bytes.LastIndexOf((byte)'/');
        return !IsRoot && Bytes[..Math.Max(slash, 0)].SequenceEqual(directory.Bytes);
    }

    /// <summary>Whether this path is <paramref name="ancestor"/> or lies below it.</summary>
    public bool IsAtOrBelow(BytePath ancestor) =>
        ancestor.IsRoot || (Bytes.StartsWith(ancestor.Bytes) && (Bytes.Length == ancestor.Bytes.Length || Bytes[ancestor.Bytes.Length] == '/'));

    /// <inheritdoc/>
    public bool Equals(BytePath other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is BytePath other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public int CompareTo(BytePath other)
    {
        var common = Bytes.CommonPrefixLength(other.Bytes);
        return Rank(Bytes, common).CompareTo(Rank(other.Bytes, common));

        // An end sorts before a slash, and a slash before every other byte: directories come right before what is in them.
        static int Rank(ReadOnlySpan<byte> bytes, int index) => index == bytes.Length ? -1 : bytes[index] == '/' ? 0 : bytes[index] + 1;
    }

    /// <summary>The path for a person or a log (see <see cref="Display"/>).</summary>
    public override string ToString() => Display(Bytes);
}
