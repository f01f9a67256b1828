using System.Xml;

namespace SandboxedBuild.Tasks;

/// <summary>
/// Finds the target that holds a task. MSBuild tells a task the file, line and column of its element, but not the target; the target's
/// element is the one around it.
/// </summary>
internal static class TargetLocator
{
    private static readonly XmlReaderSettings s_settings = new() { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null, IgnoreComments = true };

    /// <summary>The target's name, or null when the file does not have one there.</summary>
    public static string? TargetAt(string file, int line, int column)
    {
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            using var reader = XmlReader.Create(file, s_settings);
            return Search(reader, line, column);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static string? Search(XmlReader reader, int line, int column)
    {
        string? target = null;
        string? found = null;
        var position = (IXmlLineInfo)reader;
        while (reader.Read())
        {
            // The reader's position is that of the name, MSBuild's that of the bracket before it.
            if (position.LineNumber > line || (position.LineNumber == line && position.LinePosition > column + 1))
            {
                break;
            }

            switch (reader.NodeType)
            {
                case XmlNodeType.Element when reader.LocalName == "Target" && reader.Depth == 1:
                    target = !reader.IsEmptyElement && reader.GetAttribute("Name") is { } name ? Escaping.Unescape(name) : null;
                    break;
                case XmlNodeType.EndElement when reader.LocalName == "Target" && reader.Depth == 1:
                    target = null;
                    break;
                case XmlNodeType.Element:
                    found = target;
                    break;
            }
        }

        return found;
    }
}
