/** `groundingMetadata` of an answer that searched the web and images, with the oddities of recorded ones. */

const REDIRECT = 'https://vertexaisearch.cloud.google.com/grounding-api-redirect/';

export const GROUNDING = {
  groundingChunks: [
    { web: { title: 'example.com', uri: `${REDIRECT}AUZIYQElsvx97FT3K` } },
    { web: { title: '', uri: 'https://www.google.com/search?q=time+in+Mexico+City,+MX' } },
    {
      image: {
        imageUri: 'https://images.example/fox.jpg',
        sourceUri: 'https://example.com/foxes',
        title: 'Foxes',
        domain: 'example.com',
      },
    },
  ],
  groundingSupports: [
    {
      segment: { startIndex: 0, endIndex: 34, text: 'Here is the picture you asked for.' },
      groundingChunkIndices: [0],
      confidenceScores: [0.9],
    },
  ],
  searchEntryPoint: {
    renderedContent:
      '<style>\n.container {\n  align-items: center;\n  border-radius: 8px;\n  display: flex;\n}\n</style>\n<div class="container"><a class="chip" href="https://vertexaisearch.cloud.google.com/grounding-api-redirect/AUZIYQE">red fox in the snow</a></div>\n',
  },
  webSearchQueries: ['', 'red fox in the snow'],
  imageSearchQueries: ['red fox'],
};
